"""Names of people and firms: one line that can be printed."""

from smsmerkezi.core.errors import DomainError

LONGEST = 150  # characters


class BadFullName(DomainError):
    code = "invalid-full-name"
    field = "name"

    def __init__(self) -> None:
        super().__init__(f"Ad soyad 1 ile {LONGEST} karakter arasında olmalıdır.")


class BadCompanyName(DomainError):
    code = "invalid-company-name"

    def __init__(self, field: str) -> None:
        super().__init__(f"Firma adı 1 ile {LONGEST} karakter arasında olmalıdır.", field=field)


def tidy(name: str) -> str:
    """Without the line breaks and spaces that come with what is pasted."""
    return " ".join(name.split())


def fits(name: str) -> bool:
    """Whether a tidy form of it can be a name."""
    line = tidy(name)
    return 1 <= len(line) <= LONGEST and line.isprintable()
