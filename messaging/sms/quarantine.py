"""After a restore nothing is sent again: what was ready may have left after the copy was made (promise P18).

The database is known by its cluster, its timeline, its own number and its table's. When they differ from those written
down, these rows come from a copy, or from a standby that may have missed the last commits: whatever could have been sent
meanwhile is in doubt from now on, and its gateway is asked before anything leaves.
"""

import logging
from typing import Any
from weakref import WeakSet

from django.db import connection

from messaging.sms.store import identity
from smsmerkezi import database
from tenants import audit
from tenants.actors import Actor

logger = logging.getLogger(__name__)
_known: WeakSet[Any] = WeakSet()  # connections to a database that was looked at


def look() -> None:
    """As `check`, on each new connection: behind the same address another database may answer."""
    connection.ensure_connection()
    wire = connection.connection
    if wire not in _known:
        check()
        _known.add(wire)


@database.transactional
def check() -> int:
    """How many submissions were put in doubt because this database is not the one we knew."""
    known, here = identity.known(), identity.here()
    if known == here:
        return 0
    identity.remember(here)
    if not known:
        return 0
    return _quarantined(None, f"{known} -> {here}")


@database.transactional
def begin(*, by: Actor | None) -> int:
    """The same by hand, where a copy cannot be told by its database."""
    return _quarantined(by, "by hand")


def _quarantined(by: Actor | None, why: str) -> int:
    count = identity.quarantine()
    audit.record(by=by, action="sms.quarantine", meta={"submissions": count, "why": why})
    logger.error("quarantine.begun", extra={"ids": {"submissions": count, "why": why}})
    return count
