"""Idempotency-Key at #2: the same request, the same answer; the same key, never two messages."""

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from messaging.senders.models import SenderId
from messaging.sms.models import Message
from smsmerkezi import scope
from tenants.models import AuditEntry
from tests import factories
from tests.api import doors, web
from tests.api.doors import is_problem

ONE, TWO = factories.number(1), factories.number(2)


def test_a_repeat_is_answered_byte_by_byte_and_sends_nothing(door):
    first, second = door.send(ONE, TWO, key="k"), door.send(ONE, TWO, key="k")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content
    assert Message.objects.count() == AuditEntry.objects.filter(action="sms.send").count() == 1


def test_without_a_key_every_request_is_a_message(door):
    assert door.send(ONE).json()["data"]["id"] != door.send(ONE).json()["data"]["id"]


def test_two_keys_are_two_messages(door):
    assert door.send(ONE, key="a").json()["data"]["id"] != door.send(ONE, key="b").json()["data"]["id"]


@pytest.mark.parametrize(
    "changed",
    [{"body": "Başka"}, {"originator": "SMSMERKEZI"}, {"gateway": "mock"}, {"meta": {"a": 1}}, {"scheduled_at": "2099-01-01T00:00"}],
    ids=lambda changed: next(iter(changed)),
)  # fmt: skip
def test_another_body_under_the_same_key_is_refused(door, changed):
    door.send(ONE, key="k")
    said = is_problem(door.send(ONE, key="k", **changed), 422, "idempotency-key-reuse")
    assert said["detail"] == "Bu Idempotency-Key farklı bir istekle daha önce kullanıldı."
    assert Message.objects.count() == 1


def test_so_are_other_recipients_and_another_order_of_them(door):
    door.send(ONE, TWO, key="k")
    for numbers in ([ONE], [TWO, ONE], [ONE, TWO, TWO]):
        is_problem(door.send(*numbers, key="k"), 422, "idempotency-key-reuse")


def test_so_is_a_body_that_would_be_refused_anyway(door):
    door.send(ONE, key="k")
    for changed in ({"recipients": [5]}, {"body": "a" * 2000}, {"gateway": "yok"}):
        is_problem(door.send(key="k", **changed), 422, "idempotency-key-reuse")


def test_the_same_members_in_another_order_are_the_same_request(door):
    first = door.post(
        "/v1/sms/send", {"body": "a", "recipients": [ONE], "meta": {"x": 1, "y": 2}}, Idempotency_Key="k"
    )
    second = door.post(
        "/v1/sms/send", {"meta": {"y": 2, "x": 1}, "recipients": [ONE], "body": "a"}, Idempotency_Key="k"
    )
    assert first.content == second.content


def test_a_refused_request_leaves_its_key_free(door):
    is_problem(door.send(ONE, key="k", originator="BASKA"), 422, "invalid-request")
    assert door.send(ONE, key="k").status_code == 202


def test_the_first_answer_is_given_whatever_has_changed_since(door, firm):
    first = door.send(ONE, key="k")
    SenderId.objects.filter(tenant=firm).update(state="pending")
    factories.opt_out(firm, ONE)
    Message.objects.update(state="completed", delivered=1)
    assert door.send(ONE, key="k").content == first.content


def test_the_first_answer_is_given_when_the_credit_is_gone(transactional_db, door):
    firm = factories.tenant(credits=1)
    poor = doors.door(firm)
    first = poor.send(ONE, key="k")
    is_problem(poor.send(ONE), 422, "invalid-request")
    assert poor.send(ONE, key="k").content == first.content


def test_a_key_is_shared_by_the_tokens_of_a_firm(firm):
    one, other = doors.door(firm), doors.door(firm)
    assert one.send(ONE, key="k").content == other.send(ONE, key="k").content


def test_a_repeat_needs_the_same_rights_as_the_first(firm, door):
    door.send(ONE, key="k")
    is_problem(doors.door(firm, role="viewer").send(ONE, key="k"), 403, "forbidden")


@pytest.mark.parametrize("key", ["a", "x" * 255, "8e03978e-40d5-43e8-bc93-6894a57f9324", "~!@#$%^&*() {}"])
def test_any_printable_ascii_text_is_a_key(door, key):
    assert door.send(ONE, key=key).content == door.send(ONE, key=key).content


@contextlib.contextmanager
def under_way(firm, key: str) -> Iterator[psycopg.Connection]:
    """Somebody else's transaction that has taken the key and has not ended."""
    with psycopg.connect(web.database_url(), options=scope.OPTION) as other:
        other.execute(
            "INSERT INTO sms_idempotencykey (tenant_id, key, request_hash, message_id, created_at)"
            " VALUES (%s, %s, 'x', 1, now())",
            [firm.pk, key],
        )
        yield other


@pytest.fixture
def impatient(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")


def test_while_the_first_request_runs_its_twin_is_told_to_come_again(impatient, door, firm):
    with under_way(firm, "k") as other:
        answer = door.send(ONE, key="k")
        other.rollback()
    assert is_problem(answer, 409, "conflict")["detail"].startswith("Bu Idempotency-Key ile gelen ilk istek")
    assert answer["Retry-After"] == "1"
    assert not Message.objects.exists()
    assert door.send(ONE, key="k").status_code == 202


def test_other_keys_are_not_held_up_by_it(impatient, door, firm):
    with under_way(firm, "k") as other:
        assert door.send(ONE, key="l").status_code == 202
        other.rollback()
