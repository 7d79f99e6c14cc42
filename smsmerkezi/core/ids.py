"""Ids: of rows as they stand in addresses, and those that sort by time, UUID version 7 (RFC 9562 §5.7)."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """48 bits of Unix milliseconds, then 74 random ones."""
    moment = time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF
    high = moment << 16 | 0x7000 | secrets.randbits(12)
    return UUID(int=high << 64 | 0b10 << 62 | secrets.randbits(62))


def row_id(raw: str) -> int:
    """The number in an address; 0, which no row has, for what is none."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 18 else 0


NO_UUID = UUID(int=0)  # which no row has


def uuid_of(raw: str) -> UUID:
    """The UUID in an address; NO_UUID for what is none, or is not written as we write it."""
    try:
        found = UUID(raw)
    except ValueError:
        return NO_UUID
    return found if str(found) == raw.lower() else NO_UUID
