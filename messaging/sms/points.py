"""Named points where a process may die: the tests stop one at each and prove what is left (promises.md, crash points)."""

from collections.abc import Callable

POINTS = (
    "accept.before",
    "accept.committed",
    "claim.before_commit",
    "claim.committed",
    "send.before",
    "send.answered",
    "record.before_commit",
    "record.committed",
    "reap.committed",
    "reconcile.before_question",
    "reconcile.answered",
    "reconcile.committed",
    "report.fetched",
    "report.committed",
)

_watcher: Callable[[str], None] | None = None


def reach(name: str) -> None:
    """Say that the process is here. Nothing listens outside tests."""
    if _watcher is not None:
        _watcher(name)


def watch(watcher: Callable[[str], None] | None) -> None:
    global _watcher  # noqa: PLW0603 - one switch for the whole process is what a crash is
    _watcher = watcher
