"""From the price to the last recipient stored: paid once, for what was seen, each person once."""

from datetime import timedelta

import pytest

from gateways import accounts
from gateways.models import GatewayAccount
from messaging.campaigns import drafts, launching, loading, pace
from messaging.campaigns.models import Campaign
from messaging.files import jobs
from messaging.files.models import Job
from messaging.sms import invariants, sending
from messaging.sms.models import Message, Recipient, Submission
from smsmerkezi.core import clock
from tenants.models import AuditEntry
from tests import factories
from tests.messaging.campaigns.world import (
    account,
    checked,
    fresh,
    hand_over,
    launched,
    lines,
    loaded,
    run,
    step,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    factories.gateway()
    return factories.tenant(credits=100)


def launch(firm, made, quoted=None):
    return launching.launch(
        by=factories.actor(firm), campaign_id=made.pk, quoted=made.quoted if quoted is None else quoted
    )


def stored():
    return list(Recipient.objects.order_by("id").values_list("msisdn", "parts", "text"))


class TestLaunching:
    def test_holds_the_credit_that_was_quoted(self, firm):
        made = written(firm, lines(3), body="x" * 161)
        made = launch(firm, made)
        assert account(firm) == (100, 6)
        assert (made.stage, made.message.credits, made.message.source) == (
            Campaign.Stage.LAUNCHED,
            6,
            "campaign",
        )
        assert invariants.broken() == {}

    def test_is_written_in_the_trail(self, firm):
        made = launched(firm, lines(3))
        (entry,) = AuditEntry.objects.filter(action="bulk.created")
        assert (entry.entity_id, entry.meta) == (made.pk, {"name": "Mayıs", "recipients": 3, "credits": 3})

    def test_happens_once(self, firm):
        made = launched(firm, lines(3))
        with pytest.raises(drafts.Launched):
            launch(firm, made)
        assert account(firm) == (100, 3)

    def test_needs_a_price(self, firm):
        with pytest.raises(drafts.NotReady):
            launch(firm, checked(firm, lines(3)))

    def test_is_at_the_price_that_was_seen(self, firm):
        made = written(firm, lines(3))
        with pytest.raises(launching.PriceChanged):
            launch(firm, made, quoted="another")
        Campaign.objects.update(body="x" * 500)
        with pytest.raises(launching.PriceChanged):
            launch(firm, made)
        assert not Message.objects.exists()

    def test_is_over_the_road_that_was_quoted(self, firm):
        made = written(firm, lines(3))
        Campaign.objects.update(
            gateway=factories.gateway(slug="other", state=GatewayAccount.State.DISABLED).slug
        )
        with pytest.raises(launching.PriceChanged):
            launch(firm, made)

    def test_is_over_a_road_that_is_open(self, firm):
        made = written(firm, lines(3))
        GatewayAccount.objects.update(state=GatewayAccount.State.DISABLED)
        accounts.forget()
        with pytest.raises(launching.PriceChanged):
            launch(firm, made)

    def test_needs_somebody_to_send_to(self, firm):
        factories.opt_out(firm, "5300000001")
        made = written(firm, lines(1))
        with pytest.raises(sending.NoRecipientsLeft):
            launch(firm, made)

    def test_needs_an_approved_sender(self, firm):
        made = written(firm, lines(1), originator="BASKASI")
        with pytest.raises(sending.SenderNotApproved):
            launch(firm, made)
        assert account(firm) == (100, 0)

    def test_needs_the_credit_and_changes_nothing_without(self, firm):
        made = written(firm, lines(101))
        with pytest.raises(launching.sending.ledger.InsufficientCredit, match="Mevcut: 100, Gereken: 101"):
            launch(firm, made)
        assert fresh(made).stage == Campaign.Stage.CHECKED
        assert not Message.objects.exists()
        assert not Job.objects.filter(kind=loading.KIND).exists()

    def test_of_a_stranger_is_unknown(self, firm):
        made = written(firm, lines(1))
        with pytest.raises(drafts.Unknown):
            launch(factories.tenant(), made)


class TestLoading:
    def test_stores_everybody_once_in_their_order(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        loaded(firm, lines(10))
        assert stored() == [(905300000001 + n, 1, None) for n in range(10)]
        assert Message.objects.get().awaited == 0
        assert account(firm) == (100, 10)
        assert invariants.broken() == {}

    def test_goes_on_where_a_dead_worker_was(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        made = launched(firm, lines(10))
        assert step(loading.Load(made.job))
        run()
        assert [each[0] for each in stored()] == [905300000001 + n for n in range(10)]
        assert invariants.broken() == {}

    def test_sends_the_first_before_the_last_is_stored(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        made = launched(firm, lines(10))
        step(loading.Load(made.job))
        assert hand_over() == 4
        assert (fresh(made).message.sent, fresh(made).message.awaited) == (4, 6)
        assert invariants.broken() == {}

    def test_makes_each_text_and_charges_each_as_it_was_quoted(self, firm):
        names = ["Ayşe", "x" * 160, 'Ömer "Usta"', "日本"]
        rows = "".join(
            f'53000000{n:02d},"{name.replace(chr(34), chr(34) * 2)}"\n' for n, name in enumerate(names, 1)
        )
        made = loaded(firm, rows, body="Merhaba {{name}}")
        texts = {text: parts for _, parts, text in stored()}
        assert sorted(texts) == sorted(f"Merhaba {name}" for name in names)
        assert sum(texts.values()) == made.credits == account(firm)[1]
        encodings = set(Submission.objects.values_list("encoding", "recipient_count"))
        assert sum(count for _, count in encodings) <= 4
        assert {encoding for encoding, _ in encodings} >= {"ucs2"}
        assert invariants.broken() == {}

    def test_fills_no_submission_above_what_the_operator_takes(self, firm):
        from gateways import registry

        largest = registry.able("mock").max_batch
        loaded(firm, lines(90))
        counts = list(Submission.objects.values_list("recipient_count", flat=True))
        assert sum(counts) == 90
        assert max(counts) <= largest

    def test_waits_for_its_time(self, firm):
        later = clock.now() + timedelta(hours=2)
        made = loaded(firm, lines(3), scheduled_at=later)
        assert made.message.state == Message.State.SCHEDULED
        assert set(Submission.objects.values_list("due_at", flat=True)) == {later}
        assert hand_over() == 0

    def test_keeps_the_pace_that_was_asked_for(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 7)
        loaded(firm, lines(20), per_minute=24)
        found = list(
            Submission.objects.order_by("first_recipient_id").values_list("due_at", "recipient_count")
        )
        assert {count for _, count in found} <= {1, 2}
        assert [due - found[0][0] for due, _ in found][:3] == [timedelta(seconds=s) for s in (0, 5, 10)]
        assert max(due for due, _ in found) - found[0][0] == timedelta(seconds=60 * 18 / 24)

    def test_stops_where_the_list_is_gone_and_gives_the_credit_back(self, firm):
        made = launched(firm, lines(3))
        made.kept.delete()
        run()
        found = fresh(made)
        assert (found.error_code, found.message.state) == ("not-found", Message.State.FAILED)
        assert account(firm) == (100, 0)

    def test_gives_up_what_a_list_lacks(self, firm, monkeypatch):
        monkeypatch.setattr(loading.lists.Reader, "numbers", lambda self, count: [])
        made = launched(firm, lines(3))
        run()
        assert fresh(made).error_code == "list-too-short"
        assert account(firm) == (100, 0)

    def test_does_not_read_what_was_given_up_meanwhile(self, firm):
        made = launched(firm, lines(3))
        loading.bulk.abandon(message_id=made.message_id, cancelled=True)
        assert not loading.Load(made.job).step()
        assert stored() == []

    def test_over_a_road_that_vanished_gives_the_credit_back(self, firm, monkeypatch):
        made = launched(firm, lines(3))
        made.gateway = "nowhere"
        with pytest.raises(sending.GatewayClosed):
            pace.Spans(made, start=clock.now(), before=0)
        Campaign.objects.update(gateway="nowhere")
        run()
        assert fresh(made).error_code == "gateway-closed"
        assert account(firm) == (100, 0)

    def test_is_one_job_of_known_length(self, firm):
        made = launched(firm, lines(3))
        assert (made.job.kind, made.job.total, made.job.state) == (loading.KIND, 3, Job.State.QUEUED)
        run()
        assert jobs.find(by=factories.actor(firm), job_id=made.job_id, kind=loading.KIND).percent == 100
