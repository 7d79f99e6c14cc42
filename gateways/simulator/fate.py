"""What becomes of a recipient: its number's last four digits say so, and how long after acceptance."""

from typing import NamedTuple

DELIVERED, UNDELIVERED, EXPIRED, REJECTED = "delivered", "undelivered", "expired", "rejected"
REFUSED_AT_ONCE = 4  # …0004
HANGS = 5  # …0005
TWICE = 7  # …0007


class Fate(NamedTuple):
    """`after` is seconds from acceptance to the report."""

    status: str
    code: str
    after: float


MAGIC: dict[int, Fate | None] = {
    1: Fate(DELIVERED, "", 0.3),
    2: Fate(UNDELIVERED, "absent", 0.3),
    3: Fate(EXPIRED, "expired", 0.5),
    REFUSED_AT_ONCE: Fate(REJECTED, "refused", 0.3),
    HANGS: Fate(DELIVERED, "", 1.0),
    6: None,  # never reported
    TWICE: Fate(DELIVERED, "", 6.0),
}


def fate_of(msisdn: int) -> Fate | None:
    """None: nobody will ever hear. An ordinary number is delivered after one to three seconds."""
    last = msisdn % 10000
    if last in MAGIC:
        return MAGIC[last]
    return Fate(DELIVERED, "", 1.0 + (msisdn * 2654435761 >> 8 & 1023) / 512)


def ends_with(msisdns: list[int], magic: int) -> bool:
    return any(msisdn % 10000 == magic for msisdn in msisdns)
