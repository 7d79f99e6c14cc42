"""What time brings, and how often. Read by `manage.py clock`; one clock of all hosts acts, by advisory lock."""

from collections.abc import Callable
from typing import NamedTuple

from gateways import health
from messaging.campaigns import codes, stopping
from messaging.contacts import undoing
from messaging.files import jobs, vault
from messaging.reports import rollup, rollup_recipients
from messaging.senders import permits
from messaging.sms import bell, failover, sweeping
from messaging.sms.store import sweep
from tenants import arrivals, audit_anchor, challenges, limits, mail, notices, privacy, sessions


class Chore(NamedTuple):
    every: float  # seconds
    work: Callable[[], object]


def ring_dlr() -> None:
    due = sweep.work()
    if due.held:
        bell.ring_inbox()
    if due.doubted:
        bell.ring_reconciler()
    if due.unreported:
        bell.ring_reports()


CHORES: dict[str, Chore] = {
    "reap": Chore(1, sweeping.reap),
    "ring": Chore(0.5, sweeping.ring_due),
    "ring_dlr": Chore(0.5, ring_dlr),
    "divert": Chore(1, failover.divert),
    "hold_over": Chore(5, sweeping.hold_over),
    "expire_overdue": Chore(5, sweeping.expire_overdue),
    "close_campaigns": Chore(1, stopping.close),
    "recount_codes": Chore(15, rollup.Paced(codes.recount)),
    "expire_unreported": Chore(10, sweeping.expire_unreported),
    "partitions": Chore(60, sweeping.make_partitions),
    "forget_keys": Chore(600, sweeping.forget_keys),
    "forget_attempts": Chore(600, sweeping.forget_attempts),
    "anchor_audit": Chore(3600, audit_anchor.keep),
    "sum_days": Chore(15, rollup.Paced(rollup.refresh)),
    "sum_recipients": Chore(120, rollup.Paced(rollup_recipients.refresh)),
    "sum_deep": Chore(86400, rollup.deepen),
    "forget_minutes": Chore(3600, health.prune),
    "forget_imports": Chore(600, undoing.prune),
    "forget_files": Chore(600, vault.prune),
    "forget_jobs": Chore(3600, jobs.prune),
    "forget_networks": Chore(3600, arrivals.prune),
    "forget_notices": Chore(3600, notices.prune),
    "forget_mails": Chore(3600, mail.prune),
    "forget_sessions": Chore(600, sessions.prune),
    "forget_challenges": Chore(3600, challenges.prune),
    "erase_withdrawn": Chore(3600, privacy.erase_due),
    "remind_of_permits": Chore(3600, permits.remind),
    "forget_windows": Chore(3600, limits.prune),
}
