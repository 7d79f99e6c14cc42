"""P8 a report may come twice, late, out of order or forged."""

import random

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_reports_end_in_what_was_true_however_they_come():
    """Shuffled, a third told twice, some against a final state, some forged, some before we know what they are about."""
    figures = figures_of("p8", messages=2000)
    assert figures["doubled"] >= 500
    assert figures["contradicting"] >= 10
    assert figures["forged"] >= 5
    assert figures["matched_later"] == figures["withheld"] == 50


def test_the_dice_tell_each_recipient_one_truth_and_no_lie_before_it():
    from tests.soak import p8

    known = [p8.Handed(f"m-1-{n}", f"{n:032x}", n) for n in range(1, 1001)]
    plan = p8.planned(known, [p8.Handed("m-2-0", "f" * 32, 7)], random.Random(5))
    told: dict[int, str] = {}
    for words in (
        [word for word in words if not word.name.startswith(("m-0", "m-2"))] for words in plan.honest
    ):
        lies = [word for word in words if word.code == "lie"]
        assert all(word.status != told[word.number] for word in lies)
        told |= {word.number: word.status for word in words if word.code != "lie"}
    assert {number: p8.ENDS[status] for number, status in told.items()} == {
        number: state for (name, number), (state, _) in plan.ends.items() if name != "m-2-0"
    }
    assert (len(plan.ends), plan.counts["strangers"], plan.counts["withheld"]) == (1001, 25, 1)


def test_a_wrong_end_and_a_missing_one_are_found(transactional_db):
    from messaging.sms import delivery
    from messaging.sms.models import Recipient
    from tests.messaging.sms.world import World, numbers, pass_time
    from tests.soak import p8

    world = World()
    world.sent(*numbers(1))
    pass_time(1)
    delivery.pull()
    [entry] = world.operator.book
    key, delivered = (entry.id, entry.msisdns[0]), int(Recipient.State.DELIVERED)
    assert p8.wrong(p8.Plan(ends={key: (delivered, None)})) == 0
    assert p8.wrong(p8.Plan(ends={key: (delivered, "x")})) == 1
    assert p8.wrong(p8.Plan(ends={key: (delivered, None), ("other", 7): (delivered, None)})) == 2
    assert p8.wrong(p8.Plan()) == 1
