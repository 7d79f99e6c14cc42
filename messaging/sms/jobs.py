"""RQ's entry points: plain values in, one domain call. Each is safe to run twice; none retries by itself."""

from messaging.sms import delivery, dispatch, reconcile


def drain(lane: int) -> int:
    return dispatch.drain(lane)


def pull_reports() -> int:
    return delivery.pull()


def reconcile_unknown() -> int:
    return reconcile.run()
