"""The privacy notice (KVKK) and who has acknowledged it.

Each text has a date, stands for ever at `/kvkk/<date>` and is named in the rows of those who were shown it.
"""

from smsmerkezi.core.errors import DomainError

NOTICES = ("2026-11-26",)  # oldest first; templates/kvkk/<date>.<language>.html
VERSION = NOTICES[-1]


class ConsentMissing(DomainError):
    """The box was not ticked."""

    code = "consent-missing"
    field = "kvkk_consent"

    def __init__(self) -> None:
        super().__init__("KVKK aydinlatma metnini onaylamaniz gerekir.")  # contract #27, literal
