"""Toplu gönderim, beside its steps: what a campaign's page tells, where a copy leads, and who sees whose numbers."""

from gateways.base import Report, Status
from messaging.campaigns import codes, drafts, listing, stopping
from messaging.campaigns.models import Campaign
from messaging.contacts import book
from messaging.sms import delivery
from messaging.sms.models import Submission
from tests import factories
from tests.messaging.campaigns.world import hand_over, lines, loaded, run, written
from tests.panel.conftest import entered, page


def test_its_page_tells_what_happened_and_why_people_were_missed(world, operator):
    made = loaded(world.firm, lines(3))
    hand_over()
    stopping.close()
    provider_id = Submission.objects.get().provider_id
    report = Report(Status.UNDELIVERED, 905300000001, provider_id, error_code="absent")
    delivery.apply(gateway="mock", reports=[report])
    codes.recount()
    shown = page(operator.get(f"/toplu/{made.pk}"))
    for words in ("Listenin tamamı kuyruğa alındı", "Gönderim bitti", "Ulaşmama nedenleri", "absent"):
        assert words in shown
    assert 'name="missed" value="1"' in shown
    assert f'href="/toplu/{made.pk}"' in page(operator.get(f"/mesajlar/{made.message_id}"))


def test_a_copy_with_a_text_but_no_price_leads_to_its_letter(world, operator):
    made = written(world.firm, lines(3))
    operator.post(f"/toplu/{made.pk}/kopyala")
    copy = Campaign.objects.latest("pk")
    listing.check(by=factories.actor(world.firm), campaign_id=copy.pk)
    assert operator.get(f"/toplu/{copy.pk}").url == f"/toplu/{copy.pk}/mesaj"
    assert operator.get(f"/toplu/{copy.pk}/onay").url == f"/toplu/{copy.pk}/mesaj"


def test_numbers_of_the_address_book_that_are_left_out_are_masked(world, operator):
    by = factories.actor(world.firm)
    book.create(by=by, details=book.Details("5300000001", "Ayşe"))
    factories.opt_out(world.firm, "5300000001")
    made = drafts.create(by=by, name="Mayıs")
    listing.from_book(by=by, campaign_id=made.pk)
    listing.check(by=by, campaign_id=made.pk)
    run()
    path = f"/toplu/{made.pk}/elenenler.csv"
    told = {
        who: b"".join(client.get(path).streaming_content).decode()
        for who, client in (("operator", operator), ("admin", entered(world.admin)))
    }
    assert "905300000001" not in told["operator"]
    assert "***" in told["operator"]
    assert "905300000001" in told["admin"]
    Campaign.objects.update(excluded=None)
    assert operator.get(path).status_code == 404
