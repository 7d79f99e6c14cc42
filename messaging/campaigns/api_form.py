"""The form of #80, field by field."""

from typing import Any

from messaging.campaigns import at_once, letters
from smsmerkezi.api import multipart
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError

WORDS = {"": True, "true": True, "1": True, "false": False, "0": False}


class Missing(DomainError):
    """A field that #80 asks for."""

    code = "missing-field"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} alanı zorunludur.", field=field)


class BadField(DomainError):
    code = "invalid-field"

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field} {what} olmalıdır.", field=field)


def given(data: Any) -> at_once.Given:
    """The source that was named; the other one is not looked at."""
    source = needed(data, "source_type")
    if source == "manual":
        return at_once.Given(lines=needed(data, "manual_recipients"))
    if source != "file":
        raise BadField("source_type", "file ya da manual")
    file = multipart.file(data, "file")
    if file is None:
        raise Missing("file")
    return at_once.Given(file.name or "?", file.chunks())


def letter(data: Any) -> letters.Letter:
    at, pace = multipart.text(data, "scheduled_at"), multipart.text(data, "per_minute").strip()
    commercial = WORDS.get(multipart.text(data, "commercial").strip().lower())
    if commercial is None:
        raise BadField("commercial", "true ya da false")
    if pace and not (pace.isascii() and pace.isdigit() and len(pace) < 9):
        raise BadField("per_minute", "bir tam sayı")
    return letters.Letter(
        body=needed(data, "body").replace("\r\n", "\n"),
        originator=multipart.text(data, "originator").strip(),
        commercial=commercial,
        scheduled_at=clock.parse_datetime_input(at, field="scheduled_at") if at else None,
        per_minute=int(pace) if pace else None,
    )


def needed(data: Any, name: str) -> str:
    value = multipart.text(data, name)
    if not value.strip():
        raise Missing(name)
    return value
