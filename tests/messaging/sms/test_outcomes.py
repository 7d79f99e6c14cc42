"""What a gateway answers, written down: states, credit, counters. Evidence of acceptance wins at any fence."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from billing.models import Account, LedgerEntry
from gateways.base import Accepted, NotSent, RecipientRefusal, Refused, Unknown
from messaging.sms import dispatch, invariants, outcomes, persistence
from messaging.sms.models import Attempt, Recipient, Submission
from messaging.sms.store import sweep
from smsmerkezi import database
from smsmerkezi.core import clock
from smsmerkezi.embedded import processes
from tests import factories
from tests.messaging.sms.world import LANE, World, attempts, numbers, only, pass_time, states

State, End = Submission.State, Recipient.State
FIRST, SECOND = 905300010001, 905300020001


def taken(world):
    """The one claim of a lane."""
    pass_time(1)
    [errand] = dispatch.take(LANE, limit=1)
    return errand.claim


def told(claim, outcome):
    outcomes.record_all([(claim, outcome)])


def charges():
    return list(
        LedgerEntry.objects.exclude(reason__in=["topup", "reserve"]).values_list(
            "reason", "delta", "reserved_delta"
        )
    )


@pytest.fixture
def message(world):
    return world.accept(*numbers(2))


def test_accepted_is_handed_over_and_charged(world, message):
    claim = taken(world)
    told(claim, Accepted("p-1"))
    submission = only(message)
    assert (submission.state, submission.provider_id, submission.open_count) == (State.HANDED_OVER, "p-1", 2)
    assert submission.lease_until is None
    assert submission.expires_at - submission.handed_over_at == timedelta(days=1, hours=1)
    assert states(message) == [End.SENT] * 2
    assert charges() == [("send", -2, -2)]
    assert attempts(message) == [(1, "Accepted")]
    message.refresh_from_db()
    assert (message.state, message.sent) == ("sent", 2)
    assert message.sent_at


def test_accepted_twice_is_charged_once(world, message):
    claim = taken(world)
    told(claim, Accepted("p-1"))
    told(claim, Accepted("p-1"))
    assert charges() == [("send", -2, -2)]
    assert only(message).provider_id == "p-1"


def test_a_refusal_ends_it_and_gives_the_credit_back(world, message):
    told(taken(world), Refused("originator"))
    assert only(message).state == State.REFUSED
    assert states(message) == [End.REJECTED] * 2
    assert {row.error_code for row in factories.recipients(message)} == {"originator"}
    assert charges() == [("release", 0, -2)]
    message.refresh_from_db()
    assert (message.state, message.failed, message.dropped) == ("rejected", 2, 2)
    assert Attempt.objects.get().reason == "originator"


def test_a_refusal_told_twice_releases_once(world, message):
    claim = taken(world)
    told(claim, Refused("originator"))
    told(claim, Refused("originator"))
    assert charges() == [("release", 0, -2)]


def test_not_sent_waits_as_long_as_the_gateway_asks(world, message):
    told(taken(world), NotSent("busy", retry_after=timedelta(seconds=20)))
    submission = only(message)
    assert submission.state == State.READY
    assert timedelta(seconds=19) < submission.due_at - clock.now() <= timedelta(seconds=20)
    assert charges() == []


def test_not_sent_again_waits_longer_up_to_a_minute(world, message):
    waits = []
    for _ in range(6):
        told(taken(world), NotSent("busy", retry_after=timedelta(seconds=5)))
        waits.append(round((only(message).due_at - clock.now()).total_seconds()))
        pass_time(60)
    assert waits == [5, 10, 20, 40, 60, 60]
    assert attempts(message) == [(n, "NotSent") for n in range(1, 7)]


def test_unknown_is_asked_about_at_once_and_never_sent_again_by_itself(world, message):
    told(taken(world), Unknown("timeout"))
    submission = only(message)
    assert submission.state == State.UNKNOWN
    assert submission.next_check_at <= clock.now()
    assert world.drain() == 0
    assert charges() == []


def test_single_refusals_leave_and_the_others_are_charged(world, message):
    told(taken(world), Accepted("p-1", (RecipientRefusal(FIRST, "blocked"),)))
    assert states(message) == [End.REJECTED, End.SENT]
    assert sorted(charges()) == [("release", 0, -1), ("send", -1, -1)]
    submission = only(message)
    assert (submission.state, submission.open_count) == (State.HANDED_OVER, 1)
    message.refresh_from_db()
    assert (message.sent, message.dropped, message.failed) == (1, 1, 1)


def test_an_acceptance_that_refuses_everybody_charges_nobody(world, message):
    refusals = (RecipientRefusal(FIRST, "blocked"), RecipientRefusal(SECOND, "blocked"))
    told(taken(world), Accepted("p-1", refusals))
    assert states(message) == [End.REJECTED] * 2
    assert charges() == [("release", 0, -2)]
    assert only(message).open_count == 0
    message.refresh_from_db()
    assert message.state == "rejected"


def test_a_refusal_of_a_number_that_was_not_sent_changes_nothing(world, message):
    told(taken(world), Accepted("p-1", (RecipientRefusal(905551112233, "blocked"),)))
    assert states(message) == [End.SENT] * 2


# Fences.


@pytest.fixture
def old_and_new(world, message):
    """A claim whose lease lapsed, and the claim of whoever sends it now."""
    old = taken(world)
    pass_time(61)
    assert sweep.reap() == 1
    pass_time(3600)
    [doubted] = sweep.doubted(limit=1, shortest=1, longest=1, patience=1)
    assert sweep.resend(submission=doubted, doubted=False) == LANE
    return old, taken(world)


def test_a_late_acceptance_wins_at_any_fence(message, old_and_new):
    old, new = old_and_new
    assert (old.fence, new.fence) == (1, 2)
    told(old, Accepted("p-old"))
    assert only(message).state == State.HANDED_OVER
    assert charges() == [("send", -2, -2)]
    told(new, Accepted("p-new"))
    assert only(message).provider_id == "p-old"
    assert charges() == [("send", -2, -2)]


@pytest.mark.parametrize(
    "outcome", [Refused("x"), NotSent("x"), Unknown("x")], ids=lambda outcome: type(outcome).__name__
)
def test_any_other_late_word_of_an_old_fence_is_ignored(message, old_and_new, outcome):
    old, new = old_and_new
    told(old, outcome)
    submission = only(message)
    assert (submission.state, submission.fence) == (State.SUBMITTING, 2)
    assert charges() == []
    told(new, Accepted("p-new"))
    assert only(message).provider_id == "p-new"


@pytest.mark.parametrize(
    "outcome", [Refused("x"), NotSent("x"), Unknown("x")], ids=lambda outcome: type(outcome).__name__
)
def test_no_word_changes_what_was_handed_over(world, message, outcome):
    claim = taken(world)
    told(claim, Accepted("p-1"))
    told(claim, outcome)
    assert only(message).state == State.HANDED_OVER
    assert charges() == [("send", -2, -2)]


def test_an_acceptance_counts_while_the_submission_waits_or_is_in_doubt(world, message):
    claim = taken(world)
    pass_time(61)
    sweep.reap()
    told(claim, Accepted("p-1"))
    assert only(message).state == State.HANDED_OVER
    other = world.accept(*numbers(1))
    claim = taken(world)
    told(claim, NotSent("busy"))
    told(claim, Accepted("p-2"))
    assert only(other).state == State.HANDED_OVER


# "You have sent this already."


def test_a_duplicate_on_the_first_attempt_is_a_refusal(world, message):
    told(taken(world), Refused("duplicate"))
    assert only(message).state == State.REFUSED


def test_a_duplicate_after_an_attempt_in_doubt_proves_that_it_arrived(message, old_and_new):
    told(old_and_new[1], Refused("duplicate"))
    assert only(message).state == State.HANDED_OVER
    assert charges() == [("send", -2, -2)]


def test_a_duplicate_after_an_attempt_that_certainly_did_not_arrive_is_a_refusal(world, message):
    told(taken(world), NotSent("busy"))
    pass_time(60)
    told(taken(world), Refused("duplicate"))
    assert only(message).state == State.REFUSED


def test_a_text_that_was_sent_before_vouches_for_no_earlier_attempt(message, old_and_new):
    """Any recipient may have had it, from any message: the gateway is asked by our reference."""
    told(old_and_new[1], Refused("repeated"))
    assert only(message).state == State.UNKNOWN
    assert charges() == []


def test_a_text_that_was_sent_before_is_refused_to_the_one_who_had_it(world):
    single = world.accept(*numbers(1))
    told(taken(world), Refused("repeated"))
    assert only(single).state == State.REFUSED
    assert {row.error_code for row in factories.recipients(single)} == {"repeated"}


def test_one_who_had_the_text_before_does_not_end_the_others(world, message):
    told(taken(world), Refused("repeated"))
    assert [piece.recipient_count for piece in message.submissions.all()] == [1, 1]
    pass_time(1)
    first, second = dispatch.take(LANE)
    told(first.claim, Refused("repeated"))
    told(second.claim, Accepted("p-2"))
    assert sorted(states(message)) == [End.SENT, End.REJECTED]
    assert sorted(charges()) == [("release", 0, -1), ("send", -1, -1)]


def test_single_duplicates_after_an_attempt_in_doubt_are_not_taken_out(message, old_and_new):
    refusals = (RecipientRefusal(FIRST, "duplicate"), RecipientRefusal(SECOND, "blocked"))
    told(old_and_new[1], Accepted("p-1", refusals))
    assert states(message) == [End.SENT, End.REJECTED]


# When the database itself says no for a moment.


@pytest.fixture
def failing(world):
    """failing(times, sqlstate): the server ends so many of the coming hand-overs with this error."""

    def fail(times, sqlstate):
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE SEQUENCE failures; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF nextval('failures') <= {times} THEN RAISE EXCEPTION 'as told' USING ERRCODE = '{sqlstate}';"
                " END IF; RETURN NEW; END $$;"
                "CREATE TRIGGER fail BEFORE INSERT ON billing_ledgerentry FOR EACH ROW EXECUTE FUNCTION fail()"
            )

    yield fail
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS fail CASCADE; DROP SEQUENCE IF EXISTS failures")


@pytest.mark.parametrize("sqlstate", sorted(database.CONFLICTS))
def test_a_word_is_written_again_after_a_conflict(world, message, failing, sqlstate):
    failing(2, sqlstate)
    told(taken(world), Accepted("p-1"))
    assert charges() == [("send", -2, -2)]


@pytest.mark.parametrize(("times", "sqlstate"), [(3, "40P01"), (1, "23514")])
def test_a_word_that_cannot_be_written_leaves_its_submission_to_the_reaper(
    world, message, failing, times, sqlstate
):
    failing(times, sqlstate)
    claim = taken(world)
    with pytest.raises(DatabaseError, match="as told"):
        told(claim, Accepted("p-1"))
    assert only(message).state == State.SUBMITTING
    assert charges() == []


@pytest.mark.parametrize("sqlstate", ["53100", "53200", "57014", "25P03"])
def test_a_word_waits_while_the_database_is_full_or_slow(world, message, failing, monkeypatch, sqlstate):
    monkeypatch.setattr(persistence, "PAUSE", 0.0)
    failing(5, sqlstate)
    told(taken(world), Accepted("p-1"))
    assert charges() == [("send", -2, -2)]


def test_it_does_not_wait_for_ever(world, message, failing, monkeypatch):
    monkeypatch.setattr(persistence, "PAUSE", 0.0)
    monkeypatch.setattr(persistence, "PERSIST", 0.0)
    failing(5, "53100")
    claim = taken(world)
    with pytest.raises(DatabaseError, match="as told"):
        told(claim, Accepted("p-1"))


def locked_out():
    """Wait for the threads that wait for locks."""
    for thread in threading.enumerate():
        if thread.name == "locked-out":
            thread.join(30)
            assert not thread.is_alive()


def test_a_locked_account_holds_up_nobody_elses_answers(transactional_db, monkeypatch):
    monkeypatch.setattr(persistence, "PAUSE", 0.0)
    locked, other = World(), World()
    first, second = locked.accept(*numbers(1)), locked.accept(*numbers(1))
    others = other.accept(*numbers(1))
    errands = {errand.claim.id: errand for errand in dispatch.take(LANE)}
    words = [
        (errands[only(message).pk].claim, outcome)
        for message, outcome in ((first, Accepted("p-1")), (second, Unknown("x")), (others, Accepted("p-2")))
    ]
    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        held, over = threading.Event(), threading.Event()
        holder = pool.submit(hold, locked.firm.pk, held, over)
        assert held.wait(5)
        cursor.execute("SET lock_timeout = '200ms'")
        try:
            outcomes.record_all(words)
            assert only(others).state == State.HANDED_OVER
            assert processes.wait_until(lambda: only(second).state == State.UNKNOWN, seconds=5, step=0.05)
            assert only(first).state == State.SUBMITTING
        finally:
            over.set()
            cursor.execute("RESET lock_timeout")
        holder.result()
    locked_out()
    assert only(first).state == State.HANDED_OVER
    assert (locked.account(), other.account()) == ((999, 1), (999, 0))


def hold(firm, held, over):
    """The firm's account is locked from when `held` is set until `over` is."""
    try:
        with transaction.atomic():
            Account.objects.select_for_update().get(pk=firm)
            held.set()
            over.wait(5)
    finally:
        connection.close()


@pytest.mark.parametrize(("persist", "state"), [(30.0, State.HANDED_OVER), (0.0, State.SUBMITTING)])
def test_an_acceptance_waits_for_a_lock_as_long_as_for_a_database(
    world, message, failing, monkeypatch, persist, state
):
    monkeypatch.setattr(persistence, "PAUSE", 0.0)
    monkeypatch.setattr(persistence, "PERSIST", persist)
    failing(6, "55P03")
    told(taken(world), Accepted("p-1"))
    locked_out()
    assert only(message).state == state


def test_words_about_many_submissions_are_one_transaction(transactional_db):
    world = World(max_batch=1)
    messages = [world.accept(number) for number in numbers(4)]
    errands = dispatch.take(LANE, limit=10)
    answers = [Accepted("p-1"), Refused("x"), NotSent("x"), Unknown("x")]
    told = [dispatch.Answer(errand, answer) for errand, answer in zip(errands, answers, strict=True)]
    assert dispatch.settle(told) == 4
    found = [only(message).state for message in messages]
    assert found == [State.HANDED_OVER, State.REFUSED, State.READY, State.UNKNOWN]
    assert world.account() == (999, 2)
    assert invariants.broken() == {}
