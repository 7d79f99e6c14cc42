"""What operators tell us unasked: reports, and hints that there are some.

A callback is believed by its address alone, which holds a key of its account. What it says is kept first and applied by a
worker, so that ten thousand reports at once cost their sender a moment, and a report that is quicker than our own commit
waits for it.
"""

import logging
import re

from gateways import accounts, registry
from gateways.base import MAX_MSISDN, BadCallback, Callback, Pushed, Report, storable, storable_id
from messaging.sms import bell, delivery
from messaging.sms.store import held
from messaging.sms.store import report as store
from smsmerkezi import database
from smsmerkezi.core.errors import DomainError

logger = logging.getLogger(__name__)

AT_ONCE = 5000  # reports of one transaction
KEPT = 72  # hours that a report about nothing we know waits for its submission
OUR_REFERENCE = re.compile(r"[0-9a-f]{32}").fullmatch


class Forged(DomainError):
    """No account has this address."""

    code = "callback-forged"

    def __init__(self) -> None:
        super().__init__("Bu adres hiçbir sağlayıcı hesabının değil.")


class Unreadable(DomainError):
    """The right address, but not what this operator posts."""

    code = "callback-unreadable"

    def __init__(self) -> None:
        super().__init__("İçerik anlaşılamadı.")


def receive(*, slug: str, key: str, callback: Callback) -> int:
    """Keep what an operator says; how many reports and hints that was. Raises Forged, Unreadable."""
    if not accounts.is_callback_key(slug, key):
        logger.warning("callback.forged", extra={"ids": {"gateway": slug[:40]}})
        raise Forged
    try:
        pushed = registry.get(slug).read_callback(callback)
    except BadCallback as error:
        logger.warning("callback.unreadable", extra={"ids": {"gateway": slug, "bytes": len(callback.body)}})
        raise Unreadable from error
    return _kept(slug, pushed) + _hurried(slug, pushed)


def fold() -> int:
    """Apply what is kept and due; how many recipients came to their end. Safe to run twice, and beside itself."""
    ended = 0
    while True:
        taken, count = _fold()
        ended += count
        if taken < AT_ONCE:
            return ended


def _kept(slug: str, pushed: Pushed) -> int:
    reports = [_clean(report) for report in pushed.reports if 0 < report.msisdn <= MAX_MSISDN]
    if reports:
        held.keep(gateway=slug, reports=reports)
        bell.ring_inbox()
    return len(reports)


def _hurried(slug: str, pushed: Pushed) -> int:
    names = [name for name in pushed.ask if storable_id(name)]
    refs = [name for name in names if OUR_REFERENCE(name)]
    changed = store.hurry(gateway=slug, names=names, client_refs=refs) if names else 0
    if changed:
        bell.ring_reports()
    return changed


def _clean(report: Report) -> Report:
    return Report(
        status=report.status,
        msisdn=report.msisdn,
        provider_id=storable_id(report.provider_id),
        client_ref=report.client_ref if OUR_REFERENCE(report.client_ref) else "",
        error_code=storable(report.error_code),
        at=report.at,
        network=report.network,
    )


@database.transactional
def _fold() -> tuple[int, int]:
    """One batch: (how many were looked at, how many recipients came to their end)."""
    batch, ended, strangers = held.due(limit=AT_ONCE), 0, []
    for slug in sorted({each.gateway for each in batch}):
        mine = [each for each in batch if each.gateway == slug]
        placed = delivery.place(gateway=slug, reports=[each.report for each in mine])
        ended += placed.ended
        strangers += [mine[n].id for n in placed.strangers]
    unknown = set(strangers)
    held.done([each.id for each in batch if each.id not in unknown])
    given_up = held.put_off(strangers, hours=KEPT) if strangers else 0
    if given_up:
        logger.warning("callback.given_up", extra={"ids": {"reports": given_up}})
    return len(batch), ended
