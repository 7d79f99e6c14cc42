"""After a restore nothing is sent again: what was ready may have left after the copy was made (promise P18).

The database is known by its cluster, its timeline and its own number. When they differ from those written down, these rows
come from a copy, or from a standby that may have missed the last commits: whatever could have been sent meanwhile is in
doubt from now on, and its gateway is asked before anything leaves.
"""

import logging

from messaging.sms.store import identity
from smsmerkezi import database
from tenants import audit
from tenants.actors import Actor

logger = logging.getLogger(__name__)


@database.transactional
def check() -> int:
    """Before the first message: how many submissions were put in doubt because this database is not the one we knew."""
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
