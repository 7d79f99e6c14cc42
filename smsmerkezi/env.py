"""Readers of environment variables. A bad value stops the start with a sentence that names the variable.

`NAME_FILE` gives the value in a file instead (as container secrets do) and wins over `NAME`.
"""

import os
import re
from math import isfinite
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class BadSetting(SystemExit):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Setting {name}: {why}. See docs/settings.md.")


class Rate(NamedTuple):
    """`hits` requests in each window of `seconds`."""

    hits: int
    seconds: int


def text(name: str, default: str | None = None) -> str:
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE", f"cannot read {path}: {error.strerror}") from error
    value = os.environ.get(name, default)
    if value is None:
        raise BadSetting(name, "is required")
    return value


def path(name: str) -> Path | None:
    """A file or folder, None where none is named."""
    value = text(name, "")
    return Path(value) if value else None


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise BadSetting(name, f"must be 1 or 0, not {value!r}")


def number(name: str, default: float, *, minimum: float = 0) -> float:
    value = text(name, str(default))
    try:
        parsed = float(value)
    except ValueError as error:
        raise BadSetting(name, f"must be a number, not {value!r}") from error
    if not isfinite(parsed):
        raise BadSetting(name, f"must be a number, not {value!r}")
    if parsed < minimum:
        raise BadSetting(name, f"must be at least {minimum}")
    return parsed


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def rate(name: str, default: str) -> Rate:
    value = text(name, default)
    match = re.fullmatch(r"([1-9]\d{0,8})/min", value)
    if not match:
        raise BadSetting(name, f"must look like 60/min, not {value!r}")
    return Rate(int(match[1]), 60)


def database(name: str, default: str | None = None) -> dict[str, str | int]:
    """`postgresql://user:password@host:port/name` as Django's DATABASES wants it."""
    url = urlsplit(text(name, default))
    if url.scheme not in {"postgres", "postgresql"} or not url.path.strip("/"):
        raise BadSetting(name, "must look like postgresql://user:password@host:5432/name")
    try:
        port = url.port or 5432
    except ValueError as error:
        raise BadSetting(name, "has a bad port") from error
    return {
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": port,
    }


def redis(name: str, default: str | None = None) -> str:
    value = text(name, default)
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise BadSetting(name, "must look like redis://host:6379/0")
    return value
