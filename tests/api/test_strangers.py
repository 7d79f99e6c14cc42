"""Somebody of another firm, at every endpoint: what is not theirs is not there (contract A3, security §5.2)."""

import pytest

from smsmerkezi.core import cursors
from tests import factories
from tests.api import doors

CANARY = "Kanarya 7391"


@pytest.fixture
def message(firm):
    return factories.sent(firm, body=CANARY)


@pytest.fixture
def stranger(message) -> doors.Door:
    return doors.door(factories.tenant(credits=7))


def told(answer) -> tuple:
    """Everything of an answer that could give something away, the id asked for aside."""
    body = {name: value for name, value in answer.json().items() if name != "instance"}
    kept = {
        n: v
        for n, v in answer.headers.items()
        if n not in {"X-Request-Id", "X-RateLimit-Remaining", "Content-Length"}
    }
    return answer.status_code, body, kept


def test_a_foreign_message_answers_exactly_like_a_missing_one(stranger, message):
    foreign, missing = stranger.get(f"/v1/sms/{message.pk}"), stranger.get("/v1/sms/999999999")
    assert foreign.status_code == 404
    assert told(foreign) == told(missing)


def test_a_foreign_token_answers_exactly_like_a_missing_one(stranger, firm):
    owner = factories.user(firm)
    plain = factories.token(owner)
    foreign = stranger.delete(f"/v1/tokens/{plain.split('|')[0]}")
    missing = stranger.delete("/v1/tokens/999999999")
    assert foreign.status_code == 404
    assert told(foreign) == told(missing)
    assert doors.Door(plain).get("/v1/balance").status_code == 200


def test_the_list_has_ones_own_messages_only(stranger, message):
    assert stranger.get("/v1/sms").json()["data"] == []


@pytest.mark.parametrize("prev", [False, True])
def test_a_foreign_cursor_opens_nothing(stranger, message, prev):
    place = message.pk - 1 if prev else message.pk + 1
    answer = stranger.get("/v1/sms", cursor=cursors.encode(place, prev=prev))
    assert answer.json()["data"] == []
    assert CANARY not in answer.content.decode()


def test_filters_find_nothing_foreign(stranger, message):
    for query in ({"status": "queued"}, {"from": "2020-01-01T00:00"}, {"originator": message.originator}):
        assert stranger.get("/v1/sms", **query).json()["data"] == []


def test_the_balance_is_ones_own(stranger, message):
    assert stranger.get("/v1/balance").json() == {
        "balance": 7, "reserved": 0, "available": 7, "currency": "sms",
    }  # fmt: skip


def test_a_foreign_sender_cannot_be_used(firm, stranger):
    other = doors.door(factories.tenant(sender="OTEKIFIRMA"))
    assert stranger.send(originator="OTEKIFIRMA").status_code == 422
    assert other.send(originator="OTEKIFIRMA").status_code == 202


def test_an_idempotency_key_is_each_firms_own(door, stranger):
    first, second = door.send(key="k"), stranger.send(key="k")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["data"]["id"] != second.json()["data"]["id"]


def test_a_foreign_opt_out_does_not_count(firm, stranger):
    factories.opt_out(firm, factories.number(1))
    assert stranger.send(factories.number(1)).json()["data"]["skipped_count"] == 0
