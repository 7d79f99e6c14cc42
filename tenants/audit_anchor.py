"""The heads of the chains, written down elsewhere: a chain cannot see that its tail was cut, or that all of it is another.

A line for each run: `{"at":"2026-05-11T08:00:00+00:00","heads":{"0":[12,"9f…"],"5":[7,"03…"]}}`, a head's place and hash.
Keep the file, or a copy that is taken often, where whoever can write to the database cannot.
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
from django.conf import settings
from django.db import connection

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants.audit_chain import Fault, Why
from tenants.models import AuditHead

logger = logging.getLogger(__name__)
HELD = """
SELECT a.chain, l.hash, before.entry_id
FROM unnest(%s::bigint[], %s::bigint[]) a (chain, seq)
LEFT JOIN tenants_auditlink l ON (l.chain, l.seq) = (a.chain, a.seq)
LEFT JOIN LATERAL (
  SELECT entry_id FROM tenants_auditlink b WHERE b.chain = a.chain AND b.seq <= a.seq ORDER BY b.seq DESC LIMIT 1
) before ON true
"""


class Unreadable(DomainError):
    """A line that `write` has not written."""


class Mark(NamedTuple):
    """Where a chain ended when the line was written."""

    seq: int
    hash: bytes


Heads = dict[int, Mark]


def keep() -> None:
    """The clock's: write where AUDIT_ANCHOR says. A full disk is told, and stops nothing."""
    if settings.AUDIT_ANCHOR is None:
        return
    try:
        write(settings.AUDIT_ANCHOR)
    except OSError as problem:
        logger.error("audit.not_anchored", extra={"ids": {"error": problem.strerror}})  # noqa: TRY400 - nothing to trace


def write(file: Path) -> int:
    """Append a line; how many chains it tells of. Raises OSError."""
    heads = {
        str(head.chain): [head.seq, bytes(head.hash).hex()] for head in AuditHead.objects.order_by("chain")
    }
    line = orjson.dumps({"at": clock.iso_utc(clock.now()), "heads": heads}, option=orjson.OPT_APPEND_NEWLINE)
    place = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(place, line)
        os.fsync(place)
    finally:
        os.close(place)
    return len(heads)


def check(file: Path, *, chain: int | None = None) -> dict[int, Fault]:
    """The first fault of each chain that is not as it was anchored. Raises OSError, Unreadable."""
    last: Heads = {}
    found: dict[int, Fault] = {}
    for heads in _lines(file):
        news = {
            each: mark for each, mark in heads.items() if last.get(each) != mark and chain in {None, each}
        }
        for each, fault in _broken(news).items():
            found.setdefault(each, fault)
        last |= news
    return found


def _lines(file: Path) -> Iterator[Heads]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                heads = orjson.loads(line)["heads"]
                yield {
                    int(chain): Mark(int(seq), bytes.fromhex(sealed))
                    for chain, (seq, sealed) in heads.items()
                }
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise Unreadable(f"Line {number} of the anchor is none.") from error


def _broken(heads: Heads) -> dict[int, Fault]:
    """What is held against the links, in one question for all."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [list(heads), [mark.seq for mark in heads.values()]])
        rows = cursor.fetchall()
    return {
        chain: Fault(entry, Why.CUT if sealed is None else Why.REWRITTEN)
        for chain, sealed, entry in rows
        if sealed is None or bytes(sealed) != heads[chain].hash
    }
