"""What a password must be.

Twelve characters in the panel; eight where the contract says so (#27, D12). Of letters and digits it is asked only once it is
long enough, so that nobody is told two things at a time. The twenty thousand most common ones are refused.
"""

from functools import lru_cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from smsmerkezi.core.errors import DomainError

LENGTH = 12  # characters
API_LENGTH = 8  # at registration through the API
LONGEST = 1024  # hashing more is work for nothing


class NotRepeated(DomainError):
    code = "password-not-repeated"

    def __init__(self, field: str) -> None:
        super().__init__("parola doğrulaması eşleşmiyor.", field=field)


class TooShort(DomainError):
    code = "password-too-short"

    def __init__(self, field: str, minimum: int) -> None:
        super().__init__(f"parola en az {minimum} karakter olmalıdır.", field=field)
        self.minimum = minimum


class TooLong(DomainError):
    code = "password-too-long"

    def __init__(self, field: str) -> None:
        super().__init__(f"parola en fazla {LONGEST} karakter olabilir.", field=field)


class TooPlain(DomainError):
    code = "password-too-plain"

    def __init__(self, field: str) -> None:
        super().__init__("parola en az bir harf ve bir rakam içermelidir.", field=field)


class TooCommon(DomainError):
    code = "password-too-common"

    def __init__(self, field: str) -> None:
        super().__init__("parola çok yaygın, tahmin edilmesi kolay.", field=field)


def faults(password: str, again: str, *, minimum: int = LENGTH, field: str = "password") -> list[DomainError]:
    """What is wrong with a password that was typed twice; empty for a good one."""
    found: list[DomainError] = [] if password == again else [NotRepeated(field)]
    if len(password) < minimum:
        found.append(TooShort(field, minimum))
    elif len(password) > LONGEST:
        found.append(TooLong(field))
    elif not (any(map(str.isalpha, password)) and any(map(str.isdigit, password))):
        found.append(TooPlain(field))
    elif _is_common(password):
        found.append(TooCommon(field))
    return found


def _is_common(password: str) -> bool:
    try:
        _common().validate(password)
    except ValidationError:
        return True
    return False


@lru_cache(maxsize=1)
def _common() -> CommonPasswordValidator:
    """Read when the first password is looked at: half a second's work and two megabytes."""
    return CommonPasswordValidator()
