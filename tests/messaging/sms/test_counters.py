"""Whatever happens to a message, in whatever order, its counters and its state are what a naive model says.

The model knows recipients one by one and the contract's glossary (§3, §4); it shares no SQL with the code.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateways.base import Accepted, NotSent, RecipientRefusal, Refused, Report, Status, Unknown
from messaging.sms import cancelling, delivery, dispatch, invariants, outcomes, reconcile, sweeping
from messaging.sms.models import Recipient, Submission
from tests import factories
from tests.messaging.sms.world import LANE, World, numbers, pass_time

End = Recipient.State
WAITING = {End.QUEUED}
FAILED = {End.REJECTED, End.FAILED}
SIZE, CHUNK = 5, 2  # three submissions: 2, 2 and 1 recipients

steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "accept",
                "partly",
                "refuse",
                "not_sent",
                "unknown",
                "cancel",
                "opt_out",
                "report",
                "report",
                "report",
            ]
        ),
        st.integers(0, SIZE - 1),
        st.sampled_from(list(delivery.ENDS)),
    ),
    max_size=12,
)
endings = st.sampled_from(["nothing", "overdue", "unreported", "hopeless"])


def expected_state(rows, before):
    """The glossary's §3, from the recipients' states alone."""
    ends = Counter(row.state for row in rows)
    over = sum(count for state, count in ends.items() if state >= End.DELIVERED)
    handed = [row for row in rows if row.sent_at]
    if over == len(rows):
        if ends[End.CANCELLED] == len(rows):
            return {"cancelled"}
        if not handed and not ends[End.EXPIRED]:
            return {"rejected", "failed"}
        return {"completed"}
    if ends[End.QUEUED] == len(rows):
        return {before}
    if ends[End.QUEUED]:
        return {"sending"}
    return {"reporting"} if any(row.state >= End.DELIVERED for row in handed) else {"sent"}


def check(world, message):
    before = message.state
    message.refresh_from_db()
    rows = factories.recipients(message)
    ends = Counter(row.state for row in rows)
    assert message.delivered == ends[End.DELIVERED]
    assert message.undelivered == ends[End.UNDELIVERED]
    assert message.expired == ends[End.EXPIRED]
    assert message.failed == ends[End.REJECTED] + ends[End.FAILED]
    assert message.cancelled == ends[End.CANCELLED]
    assert message.sent == sum(row.sent_at is not None for row in rows)
    assert message.dropped == sum(row.state >= End.DELIVERED and row.sent_at is None for row in rows)
    untouched = before if before in {"queued", "sending"} else "sending"
    assert message.state in expected_state(rows, untouched) | ({"sending"} if before == "queued" else set())
    assert (message.finished_at is not None) == (message.finished == message.recipients)
    settled = sum(row.settled_at is not None for row in rows)
    assert world.account() == (1000 - settled, sum(row.state in WAITING for row in rows))
    assert invariants.broken() == {}


class Play:
    """One message and what may happen to it."""

    def __init__(self):
        self.world = World("D", max_batch=CHUNK)
        self.message = self.world.accept(*numbers(SIZE))

    def step(self, name, which, status):
        if name == "report":
            self.report(which, status)
        elif name == "cancel":
            self.cancel()
        elif name == "opt_out":
            factories.opt_out(self.world.firm, numbers(SIZE)[which])
        else:
            self.answer(name)

    def answer(self, name):
        pass_time(61, self.world)
        for errand in dispatch.take(LANE, limit=1):
            first = errand.parcel.recipients[0].msisdn
            outcome = {
                "accept": Accepted(f"p-{errand.claim.id}"),
                "partly": Accepted(f"p-{errand.claim.id}", (RecipientRefusal(first, "blocked"),)),
                "refuse": Refused("x"),
                "not_sent": NotSent("x"),
                "unknown": Unknown("x"),
            }[name]
            outcomes.record_all([(errand.claim, outcome)])

    def cancel(self):
        try:
            cancelling.cancel(by=self.world.actor, message_id=self.message.pk)
        except cancelling.TooLate:
            return

    def report(self, which, status):
        row = factories.recipients(self.message)[which]
        holder = Submission.objects.get(first_recipient_id__lte=row.id, last_recipient_id__gte=row.id)
        if holder.state in {
            Submission.State.HANDED_OVER,
            Submission.State.UNKNOWN,
            Submission.State.UNRESOLVED,
        }:
            told = Report(status, row.msisdn, client_ref=holder.client_ref.hex)
            delivery.apply(gateway=self.world.operator.slug, reports=[told])

    def end(self, name):
        if name == "nothing":
            return
        pass_time(5 * 86400 if name == "hopeless" else 86400 + 3600, self.world)
        sweeping.expire_overdue()
        sweeping.expire_unreported()
        reconcile.run()


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps, ending=endings)
def test_counters_and_state_follow_the_recipients(steps, ending):
    play = Play()
    for step in steps:
        play.step(*step)
        check(play.world, play.message)
    play.end(ending)
    check(play.world, play.message)
    play.report(0, Status.DELIVERED)  # late
    check(play.world, play.message)
