"""Refusals. A domain function that says no raises one; each door has a table from `code` to its own words.

A subclass stands beside the function that raises it. `code` is contract and never changes; the text is for
people, in Turkish. Whatever is not a DomainError is a bug and stays loud.
"""

from collections.abc import Sequence
from typing import ClassVar


class DomainError(Exception):
    """A rule said no. `field` names the input at fault, in the words of the domain function's arguments."""

    code: ClassVar[str] = "invalid-request"
    field: str | None = None

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if field is not None:
            self.field = field


class Several(DomainError):
    """More than one thing may be wrong with what was given: `each`, in the order of the form."""

    code = "several"

    def __init__(self, each: Sequence[DomainError]) -> None:
        super().__init__(each[0].message, field=each[0].field)
        self.each = tuple(each)


class NotFound(DomainError):
    """No such row, or another tenant's: the caller cannot tell which."""

    code = "not-found"


class Conflict(DomainError):
    """The row's state does not allow it (any more)."""

    code = "conflict"


class Forbidden(DomainError):
    """This user or token may not."""

    code = "forbidden"

    def __init__(self, message: str = "Bu işlem için yetkiniz yok.") -> None:
        super().__init__(message)


class Busy(DomainError):
    """Somebody holds what we need; the same call may be tried again after `retry_after` seconds."""

    code = "busy"

    def __init__(
        self, message: str = "Sistem şu an meşgul, lütfen tekrar deneyin.", *, retry_after: int = 1
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
