"""Digests by which an erased person's refusal is known again (docs/adr/0017).

HMAC-SHA256 of firm and number under the one key of the platform, which lies encrypted in the database and is never part of
a dump in the clear. PostgreSQL computes it, inside the statements that accept and claim, from the key's two pads: so a firm
that has erased nobody pays one look into an index, and no number travels twice.
"""

import hashlib
import hmac
import secrets
from functools import cache

from django.db import connection

from messaging.contacts.models import Pepper
from smsmerkezi.core import crypto

BLOCK = 64  # bytes of SHA-256's block, to which HMAC fills its key
INNER, OUTER = 0x36, 0x5C
MAKE = "INSERT INTO contacts_pepper (id, secret) VALUES (1, %s) ON CONFLICT DO NOTHING"


@cache
def pepper() -> str:
    """The key's inner and outer pad, as contacts_digest() takes them, in PostgreSQL's spelling of bytes."""
    key = _key().ljust(BLOCK, b"\0")
    pads = bytes(byte ^ INNER for byte in key) + bytes(byte ^ OUTER for byte in key)
    return f"\\x{pads.hex()}"


def digest(*, firm_id: int, msisdn: int) -> bytes:
    """As contacts_digest() computes it."""
    return hmac.new(_key(), f"{firm_id}:{msisdn}".encode(), hashlib.sha256).digest()


@cache
def _key() -> bytes:
    """Made once, by whoever asks first."""
    kept = Pepper.objects.filter(pk=1).first() or _made()
    return bytes.fromhex(crypto.decrypt(kept.secret))


def _made() -> Pepper:
    """Committed by itself: a key that a caller's rollback took back would be known to this process alone."""
    alone = connection.copy()
    try:
        with alone.cursor() as cursor:
            cursor.execute(MAKE, [crypto.encrypt(secrets.token_hex(32))])
    finally:
        alone.close()
    return Pepper.objects.get(pk=1)
