"""Secrets at rest: encrypted with the first of SECRETS_KEYS, readable with any of them.

To change the key, put a new one in front, write the stored secrets anew, then take the old one away.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Undecryptable(Exception):
    """No key of SECRETS_KEYS opens this. The text never says what was inside."""


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises Undecryptable."""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken:
        raise Undecryptable("no key of SECRETS_KEYS opens a stored secret") from None


def _box() -> MultiFernet:
    return _box_of(tuple(settings.SECRETS_KEYS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
