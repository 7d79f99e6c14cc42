"""The judge of the soaks can find what it looks for."""

import pytest
from django.db import connection

from tests.soak import clients, judge
from tests.soak.bars import Bars

pytestmark = pytest.mark.servers


@pytest.fixture
def world(transactional_db):
    """One message handed over and reported to one recipient."""
    from messaging.sms import delivery
    from tests.messaging.sms.world import World, numbers, pass_time

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sms_recipient")  # unmanaged, so no test's flush empties it
    world = World()
    message = world.sent(*numbers(1))
    pass_time(1)
    delivery.pull()
    world.promises = [clients.Promise(message.pk, message.parts, [905300010001])]
    world.rows = [{"ref": entry.ref, "msisdns": list(entry.msisdns)} for entry in world.operator.book]
    return world


def zeros(figures):
    return {name: figures[name] for name in judge.MUST_BE_ZERO if figures[name]}


def test_the_judge_is_content_with_what_is_right(world):
    assert zeros(judge.verdict(world.promises, world.rows)) == {}


def test_the_judge_finds_what_was_lost(world):
    found = zeros(judge.verdict(world.promises, []))
    assert found == {"lost": 1, "charged_unlike_book": 1}


def test_the_judge_finds_what_was_sent_twice(world):
    assert zeros(judge.verdict(world.promises, world.rows * 2)) == {"twice": 1, "refs_twice": 1}


def test_the_judge_finds_what_nobody_asked_for(world):
    found = zeros(judge.verdict([], world.rows))
    assert found == {"unasked": 1, "charged_unlike_book": 1}


def test_the_judge_finds_what_is_stuck(world):
    from tests.messaging.sms.world import numbers

    world.accept(*numbers(1))
    assert zeros(judge.verdict(world.promises, world.rows)) == {"stuck": 1, "reserved_left": 1}


def test_wishes_are_the_same_for_the_same_seed_and_never_name_a_number_twice():
    wishes = clients.wishes(1000, 5)
    assert wishes == clients.wishes(1000, 5)
    numbers = [number for wish in wishes for number in wish.numbers]
    assert len(numbers) == len(set(numbers))
    assert not {number % 10_000 for number in numbers} & clients.SPECIAL


def test_a_wait_is_from_our_answer_to_the_book():
    promises = [clients.Promise(n, 1, [n], at=100.0) for n in (1, 2, 3)]
    book = [{"at": at, "msisdns": [number]} for number, at in ((1, 101.5), (2, 99.9), (1, 200.0))]
    assert judge.waits(promises, book) == [1.5, 0.0]
    assert judge.p95([0.1] * 95 + [7.0] * 5) == 7.0
    assert judge.p95([]) == 0.0


def test_bars_name_what_does_not_pass():
    bars = Bars(zero=("lost", "broken"), most={"p95": 2.0}, least={"kills": 3})
    good = {"lost": 0, "broken": {}, "p95": 2.0, "kills": 3}
    assert bars.missed(good) == []
    assert bars.missed(good | {"lost": 1}) == ["lost"]
    assert bars.missed(good | {"broken": {"ledger": 1}, "p95": 2.1, "kills": 2}) == ["broken", "p95", "kills"]


def test_a_cancelled_message_in_the_book_and_an_early_one_are_found(world):
    from tests.soak import p10

    [row] = world.rows
    [promise] = world.promises
    sent = [row | {"at": 50.0}]
    told = p10.judged([p10.Row(promise, 50.5, None)], {promise.id}, sent)
    assert (told["cancelled_but_sent"], told["early"]) == (1, 1)
    told = p10.judged([p10.Row(promise, 49.0, None)], set(), sent)
    assert (told["cancelled_but_sent"], told["early"], told["late_p95"]) == (0, 0, 1.0)


@pytest.fixture
def doubted(world):
    """Its one submission on a gateway that proves nothing, in doubt; its id."""
    from messaging.sms.models import Submission
    from tests.messaging.sms.world import numbers, only

    world.operator.plan.append("lost")
    message = world.sent(*numbers(1))
    Submission.objects.filter(pk=only(message).pk).update(gateway="mock-d")
    return only(message)


def test_a_doubt_that_stays_or_ends_with_evidence_is_in_order(doubted):
    from messaging.sms.models import Submission
    from tests.soak import p7

    assert p7.changed_silently({doubted.pk}, []) == 0
    Submission.objects.filter(pk=doubted.pk).update(state=Submission.State.HANDED_OVER)
    assert p7.changed_silently({doubted.pk}, [{"ref": doubted.client_ref.hex}]) == 0


def test_a_doubt_that_changes_without_evidence_is_found(doubted):
    from messaging.sms.models import Submission
    from tests.soak import p7

    for state in (Submission.State.READY, Submission.State.REFUSED, Submission.State.HANDED_OVER):
        Submission.objects.filter(pk=doubted.pk).update(state=state)
        assert p7.changed_silently({doubted.pk}, []) == 1


def test_recipients_that_have_an_end_while_we_are_in_doubt_are_found(doubted):
    from messaging.sms.models import Recipient
    from smsmerkezi.core import clock
    from tests.soak import p7

    ended = {"state": Recipient.State.FAILED, "finished_at": clock.now(), "released_at": clock.now()}
    Recipient.objects.filter(id=doubted.first_recipient_id).update(**ended)
    assert p7.changed_silently({doubted.pk}, []) == 1


def test_what_was_sent_again_in_doubt_is_found(doubted):
    from messaging.sms.models import Attempt
    from tests.soak import p7

    assert p7.resent_in_doubt() == 0
    first = Attempt.objects.get(submission_id=doubted.pk)
    Attempt.objects.create(submission_id=doubted.pk, fence=2, started_at=first.started_at, outcome="NotSent")
    assert p7.resent_in_doubt() == 0
    Attempt.objects.create(submission_id=doubted.pk, fence=3, started_at=first.started_at, outcome="Unknown")
    assert p7.resent_in_doubt() == 1
