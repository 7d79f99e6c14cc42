"""A million recipients from a file to the last report, through the whole platform and the operator's side: how fast, in how
much memory, in how many bytes, and whether book, rows and ledger agree.
"""

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any, NamedTuple, Self

from bench import demo
from bench.demo import Demo
from bench.figures import Figure

RECIPIENTS = 1_000_000
PATIENCE = 300.0  # seconds
STEP, SAMPLE = 0.1, 1.0  # seconds between two looks at the book, and at the memory
COUNTS = """
SELECT awaited, sent + dropped, delivered + undelivered + expired + failed, recipients FROM sms_message WHERE id = %s
"""
SIZES = """
SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c
WHERE c.relkind = 'r' AND (c.relname LIKE 'sms_recipient%%' OR c.relname = 'sms_submission')
"""
CHARGED = """
SELECT (SELECT count(*) FROM sms_recipient r JOIN sms_submission s ON r.id BETWEEN s.first_recipient_id AND s.last_recipient_id
    WHERE s.message_id = %s AND r.settled_at IS NOT NULL),
  (SELECT reserved FROM billing_account WHERE tenant_id = m.tenant_id) FROM sms_message m WHERE m.id = %s
"""


class Moments(NamedTuple):
    """Seconds since the first byte: the first and the last message at the operator, the last row stored, the last report."""

    first: float
    stored: float
    last: float
    reported: float


def run(*, recipients: int = RECIPIENTS) -> list[Figure]:
    print("bench: million", file=sys.stderr)
    with demo.running() as platform:
        empty, before = _bytes(platform), platform.book()
        with Memory(platform) as memory:
            steps = _sent(platform, recipients)
            begun = time.monotonic() - steps["launched"]["seconds"]
            moments = _watched(
                platform, steps["launched"]["message"], begun, recipients, before["recipients"]
            )
        size = _bytes(platform) - empty
        _agree(platform, steps["launched"], recipients, before)
        return [*_told(steps, moments, recipients), *memory.told(), _per_row(size, recipients)]


def _sent(platform: Demo, recipients: int) -> dict[str, Any]:
    """What its sender told of each step; the sender's own start is no part of them."""
    argv = [sys.executable, "-m", "bench.sender", str(recipients)]
    steps: dict[str, Any] = {}
    with subprocess.Popen(argv, env=platform.environment(), stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        while "launched" not in steps:
            line = json.loads(sender.stdout.readline())
            steps[line["step"]] = line
    return steps


def _told(steps: dict[str, Any], moments: Moments, recipients: int) -> list[Figure]:
    handed = moments.last - moments.first
    return [
        Figure(f"a CSV of {recipients:,}: checked after", steps["checked"]["seconds"], "s"),
        Figure("  launched after", steps["launched"]["seconds"], "s"),
        Figure("  first of them at the operator after", moments.first, "s"),
        Figure("  last of them stored after", moments.stored, "s"),
        Figure("  last of them at the operator after", moments.last, "s"),
        Figure("  last of them reported after", moments.reported, "s"),
        Figure("  at the operator, first to last", recipients / handed, "messages/s"),
        Figure("  from the first byte to the last report", recipients / moments.reported, "messages/s"),
    ]


def _per_row(size: int, recipients: int) -> Figure:
    return Figure("  bytes of tables and indexes for each", size / recipients, "bytes")


def _watched(platform: Demo, message: int, begun: float, recipients: int, before: int) -> Moments:
    """Raises RuntimeError where it takes too long."""
    seen: dict[str, float] = {}
    while "reported" not in seen:
        now = time.monotonic() - begun
        if now > PATIENCE:
            raise RuntimeError(f"only {sorted(seen)} after {PATIENCE:.0f} seconds")
        awaited, _handed, ended, everyone = platform.rows(COUNTS, [message])[0]
        book = platform.book()["recipients"] - before
        happened = {
            "first": book > 0,
            "stored": awaited == 0,
            "last": book >= recipients,
            "reported": ended == everyone,
        }
        seen = {name: now for name, done in happened.items() if done} | seen
        time.sleep(STEP)
    return Moments(**seen)


def _agree(platform: Demo, launched: dict[str, Any], recipients: int, before: dict[str, int]) -> None:
    """Raises RuntimeError where book, rows and ledger do not tell the same."""
    book = platform.book()
    settled, reserved = platform.rows(CHARGED, [launched["message"]] * 2)[0]
    found = {
        "at the operator": book["recipients"] - before["recipients"],
        "settled": settled,
        "credits": launched["credits"],
    }
    if set(found.values()) != {recipients} or book["repeated_refs"] or reserved:
        raise RuntimeError(
            f"{found}, repeated {book['repeated_refs']}, reserved {reserved}: not {recipients}"
        )


def _bytes(platform: Demo) -> int:
    return int(platform.rows(SIZES)[0][0])


class Memory:
    """The most that each process held, looked at once a second."""

    def __init__(self, platform: Demo) -> None:
        self.platform, self.most, self.sum = platform, {}, 0.0  # type: dict[str, float]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(SAMPLE):
            with suppress(OSError):  # a process went while it was read
                now = self.platform.megabytes()
                self.most = {
                    name: max(size, self.most.get(name, 0)) for name, size in {**self.most, **now}.items()
                }
                self.sum = max(self.sum, sum(now.values()))

    def told(self) -> list[Figure]:
        biggest = max(self.most.values(), default=0.0)
        return [
            Figure("  memory of the biggest process meanwhile", biggest, "MB", goal=200, at_most=True),
            Figure("  memory of all processes meanwhile", self.sum, "MB"),
        ]


if __name__ == "__main__":
    for figure in run(recipients=int(sys.argv[1]) if len(sys.argv) > 1 else RECIPIENTS):
        print(f"{figure.what:55} {figure.measured:12,.2f} {figure.unit}")
