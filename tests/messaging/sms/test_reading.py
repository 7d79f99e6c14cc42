"""Messages in the words of the contract's glossary (§3, §4): one tenant's, total, and the same as a filter."""

import pytest

from messaging.sms import reading, words
from messaging.sms.models import Message, Recipient, Submission
from smsmerkezi.core.errors import NotFound
from tests import factories
from tests.messaging.sms.world import World, numbers, only, pass_time, settle_down

State = Message.State
SAYS = [
    (State.SCHEDULED, {}, "queued"),
    (State.QUEUED, {}, "queued"),
    (State.SENDING, {}, "sending"),
    (State.SENT, {}, "sent"),
    (State.REPORTING, {}, "sent"),
    (State.COMPLETED, {"delivered": 1, "undelivered": 1}, "delivered"),
    (State.COMPLETED, {"expired": 2}, "expired"),
    (State.COMPLETED, {"expired": 1, "undelivered": 1}, "undelivered"),
    (State.COMPLETED, {"failed": 1, "cancelled": 1}, "undelivered"),
    (State.CANCELLED, {"cancelled": 2}, "cancelled"),
    (State.FAILED, {"failed": 2}, "failed"),
    (State.REJECTED, {"failed": 2}, "failed"),
]


def test_every_state_of_a_message_has_a_word():
    assert {state for state, _, _ in SAYS} == set(State)
    assert {word for _, _, word in SAYS} == set(words.STATUSES)


@pytest.mark.parametrize(("state", "counters", "word"), SAYS)
def test_the_word_of_a_message_is_also_the_filter_that_finds_it(db, state, counters, word):
    message = World().accept(*numbers(2))
    Message.objects.filter(pk=message.pk).update(state=state, **counters)
    message.refresh_from_db()
    assert words.status_of(message) == word
    found = {name for name, rule in words.STATUSES.items() if Message.objects.filter(rule).exists()}
    assert found == {word}


def test_every_state_of_a_recipient_has_a_word():
    for state in Recipient.State:
        assert words.recipient_status(state, Submission.State.HANDED_OVER) == words.RECIPIENT[state]


@pytest.mark.parametrize("under_way", [Submission.State.SUBMITTING, Submission.State.UNKNOWN])
def test_a_queued_recipient_under_way_is_being_sent(under_way):
    assert words.recipient_status(Recipient.State.QUEUED, under_way) == "sending"
    assert words.recipient_status(Recipient.State.QUEUED, Submission.State.READY) == "queued"
    assert words.recipient_status(Recipient.State.SENT, under_way) == "sent"


def test_doubt_is_shown_as_unknown_and_never_as_failed():
    doubt = Submission.State.UNKNOWN
    assert words.recipient_error(None, Recipient.State.QUEUED, doubt) == "unknown"
    assert words.recipient_error("x", Recipient.State.REJECTED, doubt) == "x"
    assert words.recipient_error(None, Recipient.State.QUEUED, Submission.State.READY) is None


def test_a_message_is_found_by_its_id_as_people_and_programs_write_it(world):
    message = world.accept(*numbers(1))
    assert reading.message(world.firm, message.pk) == reading.message(world.firm, str(message.pk)) == message


@pytest.mark.parametrize("raw", ["0", "", "abc", "-1", "1.5", "٣", "9" * 19, "999999999"])
def test_an_id_that_is_none_is_not_found(world, raw):
    with pytest.raises(NotFound):
        reading.message(world.firm, raw)


def test_a_stranger_finds_nothing(world):
    message = world.accept(*numbers(1))
    with pytest.raises(NotFound):
        reading.message(factories.tenant(), message.pk)


def test_lines_are_read_in_order_and_in_pages(world):
    message = world.accept(*numbers(5))
    whole = reading.recipients(message)
    assert [line.msisdn for line in whole] == [row.msisdn for row in factories.recipients(message)]
    assert {(line.status, line.error_code, line.parts) for line in whole} == {("queued", None, 1)}
    assert reading.recipients(message, after=whole[1].id, limit=2) == whole[2:4]


def test_lines_say_what_became_of_each(world):
    world.operator.plan.append("hang")
    world.operator.seen = False
    message = world.sent(*numbers(1), factories.number(2, fate="0002"))
    assert {(line.status, line.error_code) for line in reading.recipients(message)} == {
        ("sending", "unknown")
    }
    pass_time(1000, world)
    settle_down(world)
    assert [line.status for line in reading.recipients(message)] == ["delivered", "undelivered"]
    assert all(line.sent_at and line.finished_at for line in reading.recipients(message))
    assert only(message).open_count == 0
