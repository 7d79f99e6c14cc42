"""P18 a restore does not send again: a copy of the database is taken, 500 more leave, and the copy is put to work.

What was ready when the copy was made is in doubt on the copy: gateways that can be asked (A, B) settle it, at one that
proves nothing (D) it stays so. So does what is for several recipients and is not found: it may have left in pieces. The
operator's book knows what left, and none of it may leave again.
"""

import subprocess
from collections.abc import Sequence
from typing import Any

from django.db import connection

from messaging.sms import sending
from messaging.sms.models import Submission
from smsmerkezi.embedded import binaries, processes
from tenants.actors import Actor
from tests import factories
from tests.soak import firms, house, judge
from tests.soak.bars import Bars
from tests.soak.clients import Promise

MESSAGES = 1_000  # ready when the copy is made; half of them leave behind its back
PROVING, PAIRS, MUTE = ("mock-a", "mock-b"), "pairs-b", "mock-d"
ROADS = (*PROVING, PAIRS, MUTE)
ANOTHER = 10_000  # to the number of the second recipient
LATENCY = 150  # ms, so that what leaves can be counted while it does
ENOUGH = 4  # questions, of which the last comes after the quiet time (messaging.sms.store.sweep.DOUBTED)
COPY = "kopya"
PATIENCE = 60  # seconds for anything
BARS = Bars(
    zero=(
        "lost",
        "twice",
        "refs_twice",
        "unasked",
        "unsettled",
        "sent_in_doubt",
        "charged_unlike_book",
        "broken",
    ),
    least={"left_meanwhile": 1, "left_afterwards": 1, "unknown_d": 1, "pairs_unknown": 1, "pairs_found": 1},
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    for slug in ROADS:
        firms.road(place, slug, letter=slug[-1].upper())
    actor = firms.firm(credits=messages * 2).actor
    place.start_family()
    promises = _accepted(actor, range(messages // 4))
    _await(lambda: judge.unsettled(ROADS) == 0)
    place.kill_family()
    promises += _accepted(actor, range(messages // 4, messages // 4 + messages))
    before = place.book()
    dump = _dumped(place)
    place.operator.faults(seed=seed, latency_ms=LATENCY)
    place.start_family()
    _await(lambda: place.operator.get("/book/summary")["acceptances"] - len(before) >= messages / 2)
    place.kill_family()
    place.well()
    meanwhile = place.book()[len(before) :]
    _restored(place, dump)
    place.start_family()
    _await(lambda: judge.unsettled(PROVING) == 0 and not _unasked_pairs().exists())
    return judged(promises, before, meanwhile, place.book())


def judged(
    promises: list[Promise], before: judge.Book, meanwhile: judge.Book, book: judge.Book
) -> dict[str, Any]:
    """`before` the copy was made and `meanwhile` are the book's first two parts; the rest was sent by the copy."""
    afterwards = book[len(before) + len(meanwhile) :]
    doubts = Submission.objects.filter(state=Submission.State.UNKNOWN)
    in_doubt = set(doubts.values_list("message_id", flat=True))
    settled = [promise for promise in promises if promise.id not in in_doubt]
    told = judge.verdict(settled, book)
    return {
        "ready_at_the_copy": len(promises) - len(before),
        "left_meanwhile": len(meanwhile),
        "left_afterwards": len(afterwards),
        "twice": told["twice"],
        "refs_twice": told["refs_twice"],
        "lost": told["lost"],
        "unasked": judge.unasked(promises, book),
        "charged_unlike_book": told["charged_unlike_book"],
        "broken": told["broken"],
        "unsettled": judge.unsettled(PROVING),
        "unknown_d": doubts.filter(gateway=MUTE).count(),
        "pairs_unknown": doubts.filter(gateway=PAIRS).count(),
        "pairs_found": _found_pairs(promises, meanwhile),
        "sent_in_doubt": sum(row["vendor"] == MUTE or len(row["msisdns"]) > 1 for row in afterwards),
    }


def _unasked_pairs() -> Any:
    """Not asked about since the quiet time was over."""
    return Submission.objects.filter(gateway=PAIRS, state=Submission.State.UNKNOWN, checks__lt=ENOUGH)


def _found_pairs(promises: list[Promise], meanwhile: judge.Book) -> int:
    """Those that left behind the copy's back, and of which it knows now."""
    left = judge.taken(meanwhile)
    over = Submission.objects.filter(gateway=PAIRS, state=Submission.State.HANDED_OVER)
    known = set(over.values_list("message_id", flat=True))
    return sum(promise.id in known and promise.numbers[-1] in left for promise in promises)


def _accepted(actor: Actor, numbers: Sequence[int]) -> list[Promise]:
    """One message each, by the roads in turn, and to two recipients where the road is that of pairs."""
    promises = []
    for n in numbers:
        road = ROADS[n % len(ROADS)]
        told = [factories.number(each) for each in ([n, n + ANOTHER] if road == PAIRS else [n])]
        accepted = sending.send_sms(by=actor, order=factories.order(*told, gateway=road))
        promises.append(Promise(accepted.id, accepted.parts, [int(number) for number in told]))
    return promises


def _await(condition: Any) -> None:
    assert processes.wait_until(condition, seconds=PATIENCE, step=0.05)


def _dumped(place: house.House) -> str:
    file = place.folder / "dump"
    _run("pg_dump", "--format=custom", f"--file={file}", place.database.superuser_url)
    return str(file)


def _restored(place: house.House, dump: str) -> None:
    """Into a database of its own, which everybody uses from now on."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {COPY}")
    ours, theirs = (
        f"{url.rpartition('/')[0]}/{COPY}" for url in (place.database.url, place.database.superuser_url)
    )
    _run("pg_restore", "--exit-on-error", f"--dbname={theirs}", dump)
    place.environment["DATABASE_URL"] = ours
    connection.close()
    connection.settings_dict["NAME"] = COPY


def _run(program: str, *arguments: str) -> None:
    subprocess.run([binaries.postgres().bin / program, *arguments], check=True)
