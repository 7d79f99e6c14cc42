"""The privacy notice (KVKK) and who has acknowledged it.

Each text has a date, stands for ever at `/kvkk/<date>` and is named in the rows of those who were shown it.
"""

from smsmerkezi.core.errors import DomainError
from tenants import consent

NOTICES = (consent.VERSION,)  # newest first, none is ever taken away; templates/kvkk/<date>.<language>.html


class ConsentMissing(DomainError):
    """The box was not ticked."""

    code = "consent-missing"
    field = "kvkk_consent"

    def __init__(self) -> None:
        super().__init__("KVKK aydinlatma metnini onaylamaniz gerekir.")  # contract #27, literal
