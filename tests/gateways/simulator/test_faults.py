"""Faults happen as they were ordered: how often, in which order, to whom, and again with the same seed."""

import time

import pytest

from gateways.base import Absent, Accepted, Found, GatewayDown, NotSent, Scope, Unknown
from gateways.mock import Mock
from gateways.simulator.faults import KINDS, BadFaults, Faults
from tests.gateways import harness, parcels

REF = "a" * 32


def mock(simulator, **options) -> Mock:
    return harness.gateway(Mock, simulator.url, **options)


def test_without_an_order_nothing_goes_wrong():
    faults = Faults()
    assert {faults.draw("/mock/b/send") for _ in range(100)} == {"none"}
    assert (faults.lag(), faults.happens(0.0), faults.happens(1.0)) == (0.0, False, True)


def test_chance_follows_its_probabilities_and_its_seed():
    wanted = {"send": {"hang": 0.2, "reset": 0.3}}
    first, again, other = (Faults({**wanted, "seed": seed}) for seed in (7, 7, 8))
    drawn = [first.draw("/x") for _ in range(5000)]

    assert [again.draw("/x") for _ in range(5000)] == drawn
    assert [other.draw("/x") for _ in range(5000)] != drawn
    assert 900 < drawn.count("hang") < 1100
    assert 1400 < drawn.count("reset") < 1600


def test_what_comes_next_comes_before_chance():
    faults = Faults({"next": ["hang", "none", "drip"], "send": {"reset": 1.0}})
    assert [faults.draw("/x") for _ in range(4)] == ["hang", "none", "drip", "reset"]


def test_faults_may_be_for_some_paths_only():
    faults = Faults({"send": {"reset": 1.0}, "only": "/mock/c/"})
    assert [faults.draw(path) for path in ("/mock/b/send", "/mock/c/send")] == ["none", "reset"]


@pytest.mark.parametrize(
    "rubbish",
    [
        {"sned": {}},
        {"send": {"explode": 1}},
        {"send": {"hang": "often"}},
        {"send": {"hang": -1}},
        {"send": []},
        {"next": ["explode"]},
        {"next": "hang"},
        {"latency_ms": "slow"},
        {"lookup_error": True},
    ],
)
def test_an_order_that_is_none_is_refused_and_changes_nothing(rubbish, simulator):
    with pytest.raises(BadFaults):
        Faults(rubbish)
    simulator.faults(send={"reset": 0.5})
    assert simulator.ask("PUT", "/faults", rubbish).status == 422
    assert simulator.get("/faults")["send"] == {"reset": 0.5}


@pytest.mark.parametrize("rubbish", [[], "x", 1])
def test_an_order_of_another_shape_is_refused(rubbish, simulator):
    assert simulator.ask("PUT", "/faults", rubbish).status == 422


def test_there_is_no_other_attribute():
    with pytest.raises(AttributeError):
        Faults().speed  # noqa: B018


def test_an_empty_order_ends_them(simulator):
    simulator.faults(send=dict.fromkeys(KINDS, 0.05), latency_ms=5)
    simulator.faults()

    described = simulator.get("/faults")
    assert (described["send"], described["next"], described["latency_ms"]) == ({}, [], 0)


def test_an_order_that_is_taken_late_is_taken_all_the_same(simulator):
    simulator.faults(ingest_lag_ms=1200, seed=3)
    parcel = parcels.parcel(client_ref=REF)
    gateway = mock(simulator, timeout=0.2)

    outcomes = [gateway.submit(parcel) for _ in range(4)]

    assert any(isinstance(outcome, Unknown) for outcome in outcomes)
    assert len(simulator.book()) < 4
    until = time.monotonic() + 4
    while len(simulator.book()) < 4 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(simulator.book()) == 4


@pytest.mark.parametrize("letter", ["B", "C"])
def test_a_look_up_is_blind_for_a_while(letter, simulator):
    simulator.faults(visibility_lag_ms=400)
    gateway = mock(simulator, **{"class": letter})
    gateway.submit(parcels.parcel(client_ref=REF))

    assert not isinstance(gateway.look_up(parcels.question(REF)), Found)
    if letter == "B":
        assert gateway.look_up(parcels.question(REF)) == Absent()
    time.sleep(0.45)
    assert isinstance(gateway.look_up(parcels.question(REF)), Found)


def test_a_question_may_be_turned_away(simulator):
    simulator.faults(lookup_error=1.0)
    gateway = mock(simulator)

    for ask in (
        lambda: gateway.look_up(parcels.question(REF)),
        lambda: gateway.fetch_reports([parcels.question(provider_id="1")]),
        gateway.balance,
    ):
        with pytest.raises(GatewayDown, match="HTTP 503"):
            ask()


def test_answers_may_be_slow(simulator):
    simulator.faults(latency_ms=150)
    gateway, started = mock(simulator), time.monotonic()

    assert isinstance(gateway.submit(parcels.parcel()), Accepted)
    assert gateway.balance()
    assert time.monotonic() - started >= 0.3


def test_the_port_closes_and_opens_again(simulator):
    gateway = mock(simulator)
    assert isinstance(gateway.submit(parcels.parcel()), Accepted)
    simulator.faults(refuse_seconds=0.4)
    time.sleep(0.15)

    assert gateway.submit(parcels.parcel()) == NotSent("connection refused", scope=Scope.ROAD)
    until = time.monotonic() + 3
    while not isinstance(gateway.submit(parcels.parcel()), Accepted):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert len(simulator.book()) == 2
