"""Queues and what their workers look for when no bell rings: the rows are the queue, Redis only wakes.

Every queue of settings.RQ_QUEUES stands here or in IDLE (tests/structure/test_queues.py).
"""

from collections.abc import Callable

from messaging.campaigns import checking, loading, pricing, stopping
from messaging.contacts import bulk, import_check, importing, optout_import, undoing
from messaging.files import jobs
from messaging.reports import exporting
from messaging.sms import callbacks, delivery, dispatch, reconcile
from messaging.sms.models import Submission
from messaging.sms.store import sweep
from tenants import links, mail

Look = Callable[[], int]


def _drain(lane: Submission.Lane) -> Look:
    return lambda: dispatch.drain(lane) if dispatch.due(lane) else 0


def _reports() -> int:
    due = sweep.work()
    folded = callbacks.fold() if due.held else 0
    asked = reconcile.run() if due.doubted else 0
    return folded + asked + (delivery.pull() if due.unreported else 0)


def _mails() -> int:
    return links.answer_due() + mail.deliver_due()


LOOKS: dict[str, Look] = {
    "otp": _drain(Submission.Lane.OTP),
    "sms": _drain(Submission.Lane.SMS),
    "bulk": _drain(Submission.Lane.BULK),
    "dlr": _reports,
    "files": jobs.run_due,
    "default": _mails,
}
jobs.register(bulk.KIND, bulk.Bulk)
jobs.register(optout_import.KIND, optout_import.Import)
jobs.register(exporting.KIND, exporting.Export)
jobs.register(import_check.KIND, import_check.Check)
jobs.register(importing.RUN, importing.Import)
jobs.register(undoing.KIND, undoing.Undo)
jobs.register(checking.KIND, checking.Check)
jobs.register(pricing.KIND, pricing.Pricing)
jobs.register(loading.KIND, loading.Load)
jobs.register(stopping.KIND, stopping.Stop)
IDLE = ("webhooks",)  # jobs only, no rows of their own to look for
