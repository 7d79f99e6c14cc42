"""What can go wrong before anything runs, as sentences for the person at the terminal."""


class CannotStart(RuntimeError):
    """A server cannot be found or started; the text says what to do about it."""


USE_YOUR_OWN = (
    "Set DATABASE_URL and REDIS_URL to servers of your own and start again; nothing is embedded then."
)
