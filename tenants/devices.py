"""A browser's own word for itself, made short: enough for a person to know one of theirs from another's."""

BROWSERS = (  # the first that stands in it; several name the one they are made of as well
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def name(user_agent: str) -> str:
    """`Firefox · Windows`; "" for what is no browser that we know."""
    parts = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return " · ".join(part for part in parts if part)


def _first(words: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((shown for sign, shown in words if sign in user_agent), "")
