"""RQ's entry points: plain values in, one domain call. Each is safe to run twice; none retries by itself."""

from messaging.sms import callbacks, delivery, dispatch, reconcile


def drain(lane: int) -> int:
    return dispatch.drain(lane)


def pull_reports() -> int:
    return delivery.pull()


def fold_reports() -> int:
    return callbacks.fold()


def reconcile_unknown() -> int:
    return reconcile.run()
