"""What a person prefers to see."""

from smsmerkezi import scope
from smsmerkezi.core.errors import DomainError
from tenants.models import User


class UnknownPreference(DomainError):
    code = "invalid-request"


@scope.platform_wide
def set_language(*, user: User, language: str) -> None:
    """Raises UnknownPreference."""
    _check(language, dict(User._meta.get_field("language").flatchoices))  # noqa: SLF001 - Django's public meta
    user.language = language
    user.save(update_fields=["language"])


@scope.platform_wide
def set_theme(*, user: User, theme: str) -> None:
    """Raises UnknownPreference."""
    _check(theme, dict(User.Theme.choices))
    user.theme = theme
    user.save(update_fields=["theme"])


def _check(value: str, known: dict[str, str]) -> None:
    if value not in known:
        raise UnknownPreference("Böyle bir seçenek yok.")
