"""A vendor that takes each reference once: what its refusal of a repeat proves, and a package that came to nothing."""

import time
from collections.abc import Iterator

import pytest

from gateways import accounts
from gateways.models import GatewayAccount
from messaging.sms import delivery, dispatch, reconcile, sending
from messaging.sms.models import Message, Recipient, Submission
from tests import factories
from tests.gateways import simulators
from tests.messaging.sms.world import LANE, actor_of, numbers, only, pass_time, states

State, End = Submission.State, Recipient.State
QUIET = 60.0

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator() -> Iterator[simulators.Remote]:
    with simulators.in_thread() as remote:
        yield remote


def doubtful(operator, letter, *recipients):
    """A firm whose one message was taken by a vendor that then said nothing."""
    GatewayAccount.objects.create(
        slug="marka",
        vendor="nodeapi",
        title="Marka",
        base_url=operator.url,
        credentials={"username": "u", "password": "p"},
        options={"timeout": 0.5, "quiet": QUIET, "class": letter},
    )
    accounts.forget()
    firm = factories.tenant(credits=100, gateway="marka")
    accepted = sending.send_sms(by=actor_of(firm), order=factories.order(*recipients), idempotency_key=None)
    operator.faults(next=["reset"])
    dispatch.drain(LANE, linger=0)
    message = Message.objects.get(pk=accepted.id)
    assert only(message).state == State.UNKNOWN
    return firm, message


def account(firm):
    """(balance, reserved) now."""
    row = type(firm.account).objects.get(pk=firm.pk)
    return row.balance, row.reserved


def test_the_refusal_of_a_repeat_proves_the_first_and_reports_come_by_our_reference(operator):
    firm, message = doubtful(operator, "A", *numbers(2))

    reconcile.run()
    assert only(message).state == State.READY
    dispatch.drain(LANE, linger=0)
    assert (only(message).state, only(message).provider_id) == (State.HANDED_OVER, "")
    assert states(message) == [End.SENT] * 2
    time.sleep(0.4)  # until its handsets have it
    pass_time(10)
    delivery.pull()
    assert states(message) == [End.DELIVERED] * 2
    assert account(firm) == (98, 0)
    assert len(operator.book()) == 1


def test_a_package_that_shows_late_is_not_sent_twice_either(operator):
    firm, message = doubtful(operator, "B", *numbers(1))

    operator.faults(visibility_lag_ms=60_000)
    pass_time(QUIET + 1)
    reconcile.run()
    assert only(message).state == State.READY
    dispatch.drain(LANE, linger=0)
    assert states(message) == [End.SENT]
    assert account(firm) == (99, 0)
    assert len(operator.book()) == 1


def test_a_package_that_is_found_is_adopted(operator):
    firm, message = doubtful(operator, "B", *numbers(1))

    reconcile.run()
    assert only(message).state == State.HANDED_OVER
    assert len(only(message).provider_id) == 19
    assert account(firm) == (99, 0)


def test_whom_a_cancelled_package_never_reached_costs_nothing_and_is_not_sent_to_again(operator):
    firm, message = doubtful(operator, "B", *numbers(2, fate="0100"))
    answer = operator.ask(
        "POST", "/sms/cancel", {"customID": only(message).client_ref.hex}, Authorization="Basic dTpw"
    )
    assert answer.fields()["data"] == {"status": 1}

    pass_time(QUIET + 1)
    reconcile.run()
    assert states(message) == [End.REJECTED] * 2
    assert {row.error_code for row in factories.recipients(message)} == {"package-4"}
    assert account(firm) == (100, 0)
    dispatch.drain(LANE, linger=0)
    assert reconcile.run() == 0
    assert len(operator.book()) == 1
