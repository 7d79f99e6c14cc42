"""A process dies at each named point, under each behaviour of an operator, on each class of road; then time goes by.

Four counts must be zero afterwards: lost, twice, wrong credit, stuck. The operator's book is the oracle.
"""

import itertools

import pytest
from django.core.management import call_command
from django.db import connection

from messaging.sms import invariants, points
from messaging.sms.models import Message, Recipient, Submission
from tests import factories
from tests.messaging.sms.world import Died, World, dying_at, numbers, pass_time, settle_down

BEHAVIOURS = ("ok", "refuse", "not_sent", "hang", "lost", "late", "reported", "partly")
PROVING = "AB"  # classes that settle every doubt
CLASSES = "ABCD"
CASES = [
    *itertools.product(points.POINTS, BEHAVIOURS, PROVING),
    *itertools.product(
        points.POINTS[3:], ("ok", "hang", "lost", "reported"), "CD"
    ),  # where they differ from B
]
END = Recipient.State
OVER = {Submission.State.HANDED_OVER, Submission.State.REFUSED, Submission.State.UNRESOLVED}
CREDITS = 100
reached: set[str] = set()


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    """Committed rows, kept for the module: a flush for each of the cases would take longer than they do."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")  # the server itself does not die here
        yield
        assert reached == set(points.POINTS), "a point that nobody reaches proves nothing"
        assert invariants.broken() == {}, "the ledger, the counters or the leases of some case do not add up"
        call_command("flush", verbosity=0, interactive=False)


def live(world: World) -> Message | None:
    """Accept, hand over and pull, as often as the process dies; the client repeats its request until it is answered."""
    for _ in range(3):
        try:
            message = world.accept(*numbers(3), key="key")
            world.drain()
            break
        except Died:
            continue
    return message


def recover(world: World) -> None:
    """The leases lapse and the first questions are asked within the quiet period; then hours pass. One may die here, too."""
    for seconds in (61, 61, 3600, 3600):
        try:
            settle_down(world, rounds=1, step=seconds)
            settle_down(world, rounds=4 if seconds == 3600 else 0)
        except Died:
            continue


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("letter", CLASSES)
def test_an_undisturbed_run_passes_the_same_judgement(letter):
    world = World(letter, credits=CREDITS)
    message = live(world)
    recover(world)
    judge(world, message, letter)
    assert invariants.broken() == {}


@pytest.mark.parametrize(("point", "behaviour", "letter"), CASES)
def test_after_any_death_nothing_is_lost_doubled_mischarged_or_stuck(database, point, behaviour, letter):
    world = World(letter, credits=CREDITS)
    world.operator.plan.append(behaviour)
    with dying_at(point) as deaths:
        message = live(world)
        recover(world)
    reached.update(deaths)
    if letter not in PROVING:
        give_up(world)
    judge(world, message, letter)


def give_up(world: World) -> None:
    """Beyond validity and patience a road that can prove nothing leaves its doubts to the operator of the platform."""
    pass_time(5 * 86400, world)
    settle_down(world, rounds=2)


def judge(world: World, message: Message, letter: str) -> None:
    message.refresh_from_db()
    rows = factories.recipients(message)
    booked = world.operator.numbers
    assert Message.objects.of(world.firm).count() == 1, "one request, one message"
    assert len(booked) == len(set(booked)), "twice"
    reached = [row for row in rows if row.msisdn in booked]
    for row in rows:
        if row.msisdn not in booked:
            assert row.state in {END.REJECTED, END.FAILED}, "lost"
            assert letter not in PROVING or row.state == END.REJECTED
    assert all(row.finished_at for row in rows), "stuck"
    assert {submission.state for submission in message.submissions.all()} <= OVER
    taken = [row for row in rows if row.settled_at]
    if letter in PROVING:
        assert {row.id for row in taken} == {row.id for row in reached}, "charged = accepted"
    assert {row.id for row in taken} <= {row.id for row in reached}
    assert world.account() == (CREDITS - len(taken), 0)
