"""What Excel in Turkish shows for what an XLSX holds."""

import re
from datetime import datetime, time, timedelta

from smsmerkezi.core import texts

DAY = re.compile(r"[dy]", re.IGNORECASE)
CLOCK = re.compile(r"[hs]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?")
EXACT = 1e15  # above, a double no longer holds every whole number
LAST_DAY = 2_958_466  # 31.12.9999

BUILT_IN = {
    14: "d.m.y",
    15: "d",
    16: "d",
    17: "m.y",
    18: "h",
    19: "h",
    20: "h",
    21: "h",
    22: "d h",
    45: "s",
    46: "h",
    47: "s",
}


def kind(code: str) -> str:
    """What a number format makes of a number: a `date`, a `time`, a `moment`, so many digits (`0000`), or nothing special."""
    plain = _LITERAL.sub("", code.split(";", maxsplit=1)[0])
    if plain and not plain.strip("0") and len(plain) > 1:
        return plain
    day, clock = DAY.search(plain), CLOCK.search(plain)
    if day:
        return "moment" if clock else "date"
    return "time" if clock else ""


def number(raw: str, shown: str, epoch: datetime) -> str:
    """`raw` as the file holds it; `shown` is the `kind` of its format. What is no number stays as it is."""
    if raw.isdecimal() and raw.isascii() and not shown:
        return raw
    try:
        value = float(raw)
    except ValueError:
        return texts.without_unstorable(raw)
    if shown in {"date", "time", "moment"}:
        return _moment(value, shown, epoch) if 0 <= value < LAST_DAY else raw
    if not abs(value) < EXACT:
        return raw
    whole = int(value)
    if whole == value:
        return f"{whole:0{len(shown)}d}" if shown else str(whole)
    return repr(value).replace(".", ",")


def _moment(serial: float, shown: str, epoch: datetime) -> str:
    minute = timedelta(minutes=round(serial * 24 * 60))
    if shown == "time":
        return f"{(datetime.combine(epoch, time()) + minute):%H:%M}"
    moment = epoch + minute
    return f"{moment:%d.%m.%Y %H:%M}" if shown == "moment" else f"{moment:%d.%m.%Y}"


def date(raw: str) -> str:
    """ISO 8601, which few programs write."""
    found = _ISO.match(raw.strip())
    if not found:
        return texts.without_unstorable(raw)
    year, month, day, hour, minute = found.groups()
    return f"{day}.{month}.{year}" + (f" {hour}:{minute}" if hour else "")


def unescaped(text: str) -> str:
    """`_x000D_` is how a file writes what XML cannot hold."""
    if "_x" not in text:
        return text
    return texts.without_unstorable(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))
