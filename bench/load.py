"""Absolute figures of the whole platform on this machine: web, workers, clock, both servers, and the operator's side.

wrk loads it over 16 connections; what reached the operator is read from the simulator's book. Everything shares the
machine's cores, the load and the simulator included.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bench import demo, wrk
from bench.demo import Demo
from bench.figures import Figure, percentile

SECONDS = 20.0
PATIENCE = 180.0  # seconds until a backlog must be gone
STEP = 0.1
IDLE_SENDS, IDLE_PAUSE = 60, 0.25
DRAIN = 100  # requests of 1,000 that the one-time passwords must overtake
OTPS, OTP_PAUSE = 25, 0.2
FLAT = 100  # requests of 1,000 between two looks at the memory
AHEAD = 65  # seconds; a backlog is made by scheduling, which a minute before is the latest that is allowed
KEEP_UP = 0.25  # share of the seconds in which a backlog is made

ENDED = "SELECT coalesce(sum(delivered + undelivered + expired + failed), 0)::bigint FROM sms_message"
WAITS = """
SELECT extract(epoch FROM sent_at - created_at)::float8 FROM sms_message WHERE id = ANY(%s) AND sent_at IS NOT NULL
"""
NEWEST = "SELECT coalesce(max(id), 0) FROM sms_message"
LATER = "SELECT id FROM sms_message WHERE id > %s"
DUE = "SELECT count(*) FROM sms_submission WHERE state < 2 AND due_at <= now()"


def run(*, seconds: float = SECONDS) -> list[Figure]:
    wrk.found()
    print("bench: load", file=sys.stderr)
    with demo.running() as platform:
        wrk.warm(platform.send_url, token=platform.token)
        return [
            *idle(platform),
            *memory(platform),
            *passwords(platform),
            *accepting(platform, seconds),
            *draining(platform, seconds),
        ]


def idle(platform: Demo) -> list[Figure]:
    """From accepted to handed over when there is nothing else to do."""
    quiet(platform)
    newest = platform.rows(NEWEST)[0][0]
    for _ in range(IDLE_SENDS):
        wrk.once(platform.send_url, token=platform.token, recipients=1)
        time.sleep(IDLE_PAUSE)
    quiet(platform)
    return latencies("idle", platform, [row[0] for row in platform.rows(LATER, [newest])], goal=1)


def accepting(platform: Demo, seconds: float) -> list[Figure]:
    """Requests of one recipient, then of 1,000, while what was accepted is handed over and reported."""
    one = accepted(platform, seconds, recipients=1)
    quiet(platform)
    thousand = accepted(platform, seconds, recipients=1000)
    busy = sum(platform.megabytes().values())
    quiet(platform)
    return [
        Figure("accepted, 1 recipient a request", one.per_second, "requests/s", goal=500),
        Figure("  half of the answers within", one.p50_ms, "ms"),
        Figure("  99 of 100 answers within", one.p99_ms, "ms"),
        Figure("accepted, 1,000 recipients a request", 1000 * thousand.per_second, "messages/s", goal=40_000),
        Figure("memory of all processes under that load", busy, "MB", goal=300, at_most=True),
    ]


def draining(platform: Demo, seconds: float) -> list[Figure]:
    """Backlogs that fall due at one moment, as the operator sees them arrive; then the reports about them."""
    singles = drained(platform, seconds, recipients=1)
    batches = drained(platform, KEEP_UP * seconds, recipients=1000)
    return [
        Figure("at the operator, draining single sends", singles, "messages/s", goal=1000),
        Figure("at the operator, draining batches of 1,000", batches, "messages/s", goal=15_000),
        Figure("delivery reports into rows", reported(platform), "reports/s", goal=20_000),
    ]


def drained(platform: Demo, seconds: float, *, recipients: int) -> float:
    """Messages a second at the operator from the first of the backlog to the last."""
    due = datetime.now(UTC) + timedelta(seconds=AHEAD + seconds)
    load = accepted(platform, seconds, recipients=recipients, due=due)
    before = platform.book()["recipients"]
    return rate(looks(lambda: platform.book()["recipients"], until=before + recipients * load.requests))


def reported(platform: Demo) -> float:
    """Reports a second after the last hand-over, while nothing else is to do."""
    (everyone,) = platform.rows("SELECT sum(recipients)::bigint FROM sms_message")[0]
    return rate(looks(lambda: platform.rows(ENDED)[0][0], until=everyone))


def memory(platform: Demo) -> list[Figure]:
    """What a hundred requests of 1,000 leave behind, after a hundred others."""
    wrk.many(platform.send_url, FLAT, token=platform.token, recipients=1000)
    quiet(platform)
    before = platform.megabytes()
    wrk.many(platform.send_url, FLAT, token=platform.token, recipients=1000)
    quiet(platform)
    after = platform.megabytes()
    growth = max(after[name] - before.get(name, 0) for name in after)
    return [
        Figure(
            "biggest process after 200 requests of 1,000", max(after.values()), "MB", goal=200, at_most=True
        ),
        Figure("growth of any process over the last 100 of them", growth, "MB"),
        Figure("memory of all processes after them", sum(after.values()), "MB", goal=300, at_most=True),
    ]


def passwords(platform: Demo) -> list[Figure]:
    """One-time passwords accepted while 100,000 recipients of another lane are drained."""
    quiet(platform)
    argv = [sys.executable, "-m", "bench.otp", str(OTPS), str(OTP_PAUSE)]
    with subprocess.Popen(argv, env=platform.environment(), stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        ids = [int(sender.stdout.readline())]  # it has started
        wrk.many(platform.send_url, DRAIN, token=platform.token, recipients=1000)
        ids += map(int, sender.stdout)
    quiet(platform)
    return latencies("one-time passwords during a drain of 100,000", platform, ids, goal=2)


def latencies(when: str, platform: Demo, ids: list[int], *, goal: float) -> list[Figure]:
    waits = [float(seconds) for (seconds,) in platform.rows(WAITS, [ids])]
    if len(waits) != len(ids):
        raise RuntimeError(f"{len(ids) - len(waits)} of {len(ids)} messages were not handed over")
    return [
        Figure(f"accepted to handed over, {when}: half within", percentile(waits, 0.5), "s"),
        Figure(
            f"accepted to handed over, {when}: 95 of 100 within",
            percentile(waits, 0.95),
            "s",
            None,
            None,
            goal,
            True,
        ),
    ]


def accepted(platform: Demo, seconds: float, *, recipients: int, due: datetime | None = None) -> wrk.Load:
    load = wrk.run(platform.send_url, token=platform.token, recipients=recipients, seconds=seconds, due=due)
    if load.bad:
        raise RuntimeError(f"{load.bad} of {load.requests} requests were not accepted")
    return load


def looks(count: Callable[[], int], *, until: int) -> list[tuple[float, int]]:
    """(moment, value) of a counter again and again, up to a value. Raises RuntimeError when that takes too long."""
    seen, give_up = [(time.monotonic(), count())], time.monotonic() + PATIENCE
    while seen[-1][1] < until:
        if time.monotonic() > give_up:
            raise RuntimeError(f"{seen[-1][1]} instead of {until} after {PATIENCE:.0f} seconds")
        time.sleep(STEP)
        seen.append((time.monotonic(), count()))
    return seen


def rate(seen: list[tuple[float, int]]) -> float:
    """Growth a second from just before the first of it to the last of it; 0 where nothing grew."""
    steps = [(earlier, later) for earlier, later in pairwise(seen) if later[1] > earlier[1]]
    if not steps:
        return 0.0
    (began, first), (ended, last) = steps[0][0], steps[-1][1]
    return (last - first) / (ended - began)


def quiet(platform: Demo) -> None:
    """Wait until everything that is due has been handed over."""
    looks(lambda: -platform.rows(DUE)[0][0], until=0)
