"""Equal roads: shares by weight, less for the slow, nothing for those that rest, and where else a message may go."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F

from gateways import accounts, circuit, health, routing, setup
from gateways.base import Accepted, NotSent, Scope
from gateways.models import Circuit, GatewayAccount, Minute
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
DRAWS = 10_000
TOLERANCE = 0.02  # four standard deviations of the largest share over so many draws
CLOSED = NotSent("connection refused", scope=Scope.ROAD)


@pytest.fixture(autouse=True)
def _fresh():
    random.seed(7)
    _forget()
    yield
    _forget()


def _forget():
    for each in (accounts, circuit, routing):
        each.forget()


def road(slug, *, pool="havuz", state="operational", owner=None, **fields):
    made = factories.gateway(slug)
    GatewayAccount.objects.filter(pk=made.pk).update(pool=pool, state=state, owner=owner, **fields)
    accounts.forget()
    return accounts.get(slug)


def shares(account):
    drawn = Counter(routing.choose(account).slug for _ in range(DRAWS))
    return {slug: count / DRAWS for slug, count in drawn.items()}


def delivered(slug, count, *, slow):
    tally = health.Tally()
    tally.reported(slug, delivered=count, undelivered=0, slow=slow)
    tally.write(now=True)
    routing.forget()


def near(expected):
    return pytest.approx(expected, abs=TOLERANCE)


def on_trial(slug):
    circuit.heard(slug, [CLOSED])
    Circuit.objects.update(open_until=F("open_until") - timedelta(minutes=1))
    circuit.forget()


def test_shares_follow_the_weights():
    first = road("a", weight=100)
    road("b", weight=300)
    road("c", weight=0)
    assert shares(first) == near({"a": 0.25, "b": 0.75})


def test_an_account_without_a_pool_is_always_itself():
    alone = road("a", pool="")
    road("b", pool="")
    assert shares(alone) == {"a": 1.0}
    assert routing.alternatives(alone) == []


def test_another_pool_is_no_equal():
    first = road("a")
    road("b", pool="baska")
    assert shares(first) == {"a": 1.0}
    assert routing.alternatives(first) == []


@pytest.mark.parametrize("state", ["down", "disabled"])
def test_what_is_closed_gets_nothing(state):
    first = road("a")
    road("b", state=state)
    assert shares(first) == {"a": 1.0}
    assert routing.alternatives(first) == []


def test_what_rests_gets_nothing_and_its_share_goes_to_the_others():
    first = road("a")
    road("b")
    circuit.heard("a", [CLOSED])
    assert shares(first) == {"b": 1.0}


def test_where_none_takes_anything_the_message_waits_at_its_own():
    first = road("a")
    road("b", state="down")
    circuit.heard("a", [CLOSED])
    assert routing.choose(first).slug == "a"


def test_what_is_on_trial_gets_a_tenth():
    first = road("a")
    road("b")
    on_trial("b")
    assert shares(first) == near({"a": 10 / 11, "b": 1 / 11})


@pytest.mark.parametrize(("slow", "weight"), [(0, 100), (10, 100), (40, 60), (95, 10), (100, 10)])
def test_the_slower_the_less_down_to_a_tenth(slow, weight):
    account = road("a")
    delivered("a", 100, slow=slow)
    assert routing.weight(account) == pytest.approx(weight)


def test_a_few_slow_deliveries_say_nothing():
    account = road("a")
    delivered("a", health.ENOUGH - 1, slow=health.ENOUGH - 1)
    assert routing.weight(account) == 100


def test_a_slow_account_gets_less_and_its_share_again_when_it_has_become_quick():
    first = road("a")
    road("b")
    delivered("b", 100, slow=80)
    assert shares(first) == near({"a": 1 / 1.2, "b": 0.2 / 1.2})
    Minute.objects.update(minute=F("minute") - timedelta(minutes=routing.LOOKED_AT + 1))
    routing.forget()
    assert shares(first) == near({"a": 0.5, "b": 0.5})


def test_figures_are_read_again_after_a_few_seconds(monkeypatch):
    account = road("a")
    assert routing.weight(account) == 100
    tally = health.Tally()
    tally.reported("a", delivered=100, undelivered=0, slow=100)
    tally.write(now=True)
    assert routing.weight(account) == 100
    monkeypatch.setattr(routing, "MAX_AGE", 0.0)
    assert routing.weight(account) == pytest.approx(10)


def test_choosing_costs_no_query_of_its_own(django_assert_num_queries):
    first = road("a")
    road("b")
    routing.choose(first)
    with django_assert_num_queries(0):
        for _ in range(50):
            routing.choose(first)


def test_alternatives_come_by_priority_then_by_share():
    first = road("a", priority=1)
    for slug, priority, weight in [("b", 20, 100), ("c", 10, 1), ("d", 10, 50), ("e", 20, 100)]:
        road(slug, priority=priority, weight=weight)
    assert [each.slug for each in routing.alternatives(first)] == ["d", "c", "b", "e"]
    circuit.heard("d", [CLOSED])
    assert [each.slug for each in routing.alternatives(first)] == ["c", "b", "e"]


def test_a_spare_road_of_no_weight_is_still_an_alternative():
    first = road("a")
    road("b", weight=0)
    assert shares(first) == {"a": 1.0}
    assert [each.slug for each in routing.alternatives(first)] == ["b"]


def test_a_firms_own_account_is_in_no_pool_and_nobodys_default():
    details = setup.Details(title="Kendi", base_url="https://gateway.ornek.test", pool="havuz")
    with pytest.raises(setup.BadAccount) as refused:
        setup.create(vendor="mock", slug="k", details=details, note=lambda *_: None, owner=5)
    assert refused.value.field == "pool"
    own = road("own", pool="", owner=5)
    with pytest.raises(setup.BadAccount):
        setup.make_default(account_id=own.pk, note=lambda *_: None)
    assert shares(own) == {"own": 1.0}


def test_a_road_that_answers_again_gets_its_whole_share():
    first = road("a")
    road("b")
    on_trial("b")
    circuit.heard("b", [Accepted("1")])
    assert shares(first) == near({"a": 0.5, "b": 0.5})
