"""Rate limits in PostgreSQL: exact under any number of parallel callers, and alive when Redis is not.

A window opens with the first hit and lasts `Rate.seconds`; every hit is counted, also the refused ones. `HIT` is one
SQL fragment, so that the hot path counts in the statement that reads its token.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError


class Limit(NamedTuple):
    hits: int
    seconds: int


# The row's lock makes parallel hits take turns; clock_timestamp() is the database's clock, the only one that counts.
HIT = """
INSERT INTO tenants_ratewindow AS w (bucket, hits, ends_at)
{source}
ON CONFLICT (bucket) DO UPDATE SET
  hits = CASE WHEN w.ends_at <= clock_timestamp() THEN 1 ELSE w.hits + 1 END,
  ends_at = CASE WHEN w.ends_at <= clock_timestamp() THEN EXCLUDED.ends_at ELSE w.ends_at END
RETURNING hits, extract(epoch FROM ends_at - clock_timestamp())::float8 AS seconds_left
"""
COUNT = HIT.format(source="VALUES (%s, 1, clock_timestamp() + %s * interval '1 second')")


class TooManyRequests(DomainError):
    """The window is full."""

    code = "rate-limit"

    def __init__(self, quota: "Quota") -> None:
        super().__init__(f"İstek limiti aşıldı. {quota.retry_after} saniye sonra tekrar deneyin.")
        self.quota = quota
        self.retry_after = quota.retry_after


class TooManyAttempts(DomainError):
    """Too many guesses at a secret. `retry_after` seconds until the next one is looked at."""

    code = "too-many-attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Çok fazla deneme. {retry_after} saniye sonra tekrar deneyin.")
        self.retry_after = retry_after

    @classmethod
    def until(cls, moment: datetime) -> "TooManyAttempts":
        return cls(max(1, ceil((moment - clock.now()).total_seconds())))


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a window. `seconds_left` until it opens anew."""

    limit: int
    hits: int
    seconds_left: float

    @property
    def exceeded(self) -> bool:
        return self.hits > self.limit

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.hits)

    @property
    def resets_at(self) -> int:
        """Unix seconds at which the window opens anew."""
        return ceil(time.time() + self.seconds_left)

    @property
    def retry_after(self) -> int:
        return max(1, ceil(self.seconds_left))

    def check(self) -> "Quota":
        """Raises TooManyRequests."""
        if self.exceeded:
            raise TooManyRequests(self)
        return self

    def check_attempts(self) -> "Quota":
        """Raises TooManyAttempts."""
        if self.exceeded:
            raise TooManyAttempts(self.retry_after)
        return self


def prune() -> int:
    """Forget windows that are long over; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenants_ratewindow WHERE ends_at < clock_timestamp() - interval '1 hour'")
        return int(cursor.rowcount)


def hit(bucket: str, limit: Limit) -> Quota:
    """Count one request against `bucket` and say what is left."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [bucket, limit.seconds])
        hits, seconds_left = cursor.fetchone()
    return Quota(limit.hits, hits, seconds_left)


def peek(bucket: str, limit: Limit) -> Quota:
    """What is left, without counting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hits, extract(epoch FROM ends_at - clock_timestamp())::float8 FROM tenants_ratewindow"
            " WHERE bucket = %s AND ends_at > clock_timestamp()",
            [bucket],
        )
        hits, seconds_left = cursor.fetchone() or (0, 0.0)
    return Quota(limit.hits, hits, seconds_left)


def hit_auth(address: str) -> Quota:
    """Count one request at a door that lets people in: all of these share one bucket per address (contract A4, D31)."""
    return hit(f"auth:{address}", Limit(*settings.RATE_LIMITS["auth"]))
