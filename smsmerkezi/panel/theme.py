"""Light, dark, or what the system says. The server writes it into <html>, so there is no flash and no inline script."""

from django.http import HttpRequest

COOKIE = "gorunum"
THEMES = ("auto", "light", "dark")


def theme_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    chosen = user.theme if user is not None and user.is_authenticated else request.COOKIES.get(COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]
