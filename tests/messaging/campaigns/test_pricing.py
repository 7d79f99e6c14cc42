"""The price of a campaign: to the credit, and only for what was looked at."""

import os
import subprocess
import sys

import pytest

from gateways import registry, segments
from messaging.campaigns import letters, pricing
from messaging.campaigns.models import Campaign
from messaging.campaigns.wording import UnknownVariable
from messaging.files import jobs
from messaging.sms import sending
from smsmerkezi import queues
from tests import factories
from tests.messaging.campaigns.world import campaign

pytestmark = pytest.mark.django_db
NAMED = ("msisdn", "ad")


@pytest.fixture
def firm():
    factories.gateway()
    return factories.tenant(credits=0, sender="")


def people(*names):
    return [[f"53011122{n:02d}", name] for n, name in enumerate(names)]


def weighed(made):
    """The price, by a job where it takes one."""
    found = pricing.price(made)
    made.save()
    if found is None:
        made.job = jobs.start(
            by=factories.actor(made.tenant), kind="campaign.price", options={"campaign": made.pk}
        )
        made.save()
        queues.LOOKS["files"]()
        made.refresh_from_db()
        made.job.refresh_from_db()
    return made


def test_one_text_for_all_costs_its_parts_times_the_recipients(firm):
    made = weighed(campaign(firm, *people("a", "b", "c"), body="x" * 161))
    assert (made.parts, made.credits, made.encoding) == (2, 6, "gsm7")
    assert made.quote == {
        "recipients": 3, "credits": 6, "parts": 2, "gaps": 0, "longest": [], "histogram": {"2": 3},
    }  # fmt: skip


@pytest.mark.parametrize("in_a_request", [5000, 0])
def test_each_text_is_counted_with_its_own_values(firm, monkeypatch, in_a_request):
    monkeypatch.setattr(pricing, "IN_A_REQUEST", in_a_request)
    monkeypatch.setattr(pricing, "AT_ONCE", 2)
    made = campaign(firm, *people("Ayşe", "x" * 160, "", "y" * 170), columns=NAMED, body="Merhaba {{ad}}")
    made = weighed(made)
    profile = registry.able("mock").profile
    texts = ["Merhaba Ayşe", "Merhaba " + "x" * 160, "Merhaba ", "Merhaba " + "y" * 170]
    assert made.credits == sum(segments.count(text, profile).parts for text in texts)
    assert made.quote["gaps"] == 1
    assert made.quote["histogram"] == {"1": 2, "2": 2}
    assert made.quote["longest"][:2] == [[3, 2], [5, 2]]
    assert made.quoted == pricing.fingerprint(made)
    assert pricing.Price.of(made.quote).histogram == {1: 2, 2: 2}


def test_a_job_that_is_taken_up_again_counts_nobody_twice(firm, monkeypatch):
    monkeypatch.setattr(pricing, "IN_A_REQUEST", 0)
    monkeypatch.setattr(pricing, "AT_ONCE", 1)
    made = campaign(firm, *people("a", "b", "c"), columns=NAMED, body="{{ad}}")
    assert pricing.price(made) is None
    made.save()
    job = jobs.start(by=factories.actor(firm), kind="campaign.price", options={"campaign": made.pk})
    Campaign.objects.update(job=job)
    assert pricing.Pricing(job).step()
    second = pricing.Pricing(job)
    assert second.step()
    assert not second.step()
    assert Campaign.objects.get(pk=made.pk).credits == 3


def test_another_text_has_another_price(firm):
    made = weighed(campaign(firm, *people("a")))
    before = made.quoted
    made.body = "Merhaba!"
    assert pricing.fingerprint(made) != before


TELL = """
from types import SimpleNamespace
from gateways.base import Capabilities, Reference
from messaging.campaigns import pricing
from datetime import timedelta
able = Capabilities(reference=Reference.NONE, max_batch=1, quiet=timedelta(0))
pricing.registry = SimpleNamespace(able=lambda slug: able)
print(pricing.fingerprint(SimpleNamespace(kept_id=1, gateway="mock", body="Merhaba")))
"""


def test_a_price_that_one_process_made_holds_in_another():
    """The job's worker makes it, the web asks for it: each has its own seed of hashes."""
    told = {
        subprocess.check_output(
            [sys.executable, "-c", f"import django; django.setup()\n{TELL}"],
            env={**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "smsmerkezi.settings"},
        )
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


@pytest.mark.parametrize("body", ["", "x" * 1001, "a\x00"])
def test_a_text_that_cannot_be_sent_has_no_price(firm, body):
    made = campaign(firm, *people("a"))
    made.body = body
    with pytest.raises(sending.BadBody):
        pricing.price(made)


def test_a_text_of_nothing_but_an_empty_value_is_named_by_its_row(firm):
    with pytest.raises(sending.BadBody, match=r"2\. satırda mesaj boş"):
        pricing.price(campaign(firm, *people(""), columns=NAMED, body="{{ad}}"))


def test_a_text_that_grows_too_long_is_named_by_its_row(firm):
    profile = segments.SegmentProfile(max_parts=1)
    scale = pricing.Scale(pricing.Wording("{{ad}}", ["ad"]), profile)
    with pytest.raises(sending.BadBody, match=r"7\. satırın metni 2 parça; en çok 1"):
        scale.add(pricing.Price(), [pricing.lists.Person(905301112233, 7, ("x" * 161,))])
    with pytest.raises(sending.BadBody, match="Mesaj 2 parça"):
        scale.size("x" * 161, row=0)


def test_a_refusal_half_way_is_kept_for_whoever_waits(firm, monkeypatch):
    monkeypatch.setattr(pricing, "IN_A_REQUEST", 0)
    made = weighed(campaign(firm, *people("a", ""), columns=NAMED, body="{{ad}}"))
    assert (made.error_code, made.quoted, made.job.state) == ("invalid-body", "", "failed")


def test_a_variable_that_is_none_is_refused(firm):
    with pytest.raises(UnknownVariable):
        pricing.price(campaign(firm, *people("a"), columns=NAMED, body="{{soyad}}"))


def test_a_road_that_nobody_can_speak_for_has_no_price(firm):
    made = campaign(firm, *people("a"))
    made.gateway = "yok"
    with pytest.raises(sending.GatewayClosed):
        pricing.scale(made)


def test_a_job_that_still_weighs_another_text_leaves_the_price_alone(firm, monkeypatch):
    """Whoever looked at the second price must not be charged the first one."""
    monkeypatch.setattr(pricing, "IN_A_REQUEST", 0)
    by = factories.actor(firm)
    made = campaign(firm, *people("x" * 200, "y" * 200), columns=NAMED, body="{{ad}}")
    letters.write(by=by, campaign_id=made.pk, letter=letters.Letter("{{ad}}"))
    old = Campaign.objects.get(pk=made.pk).job
    letters.write(by=by, campaign_id=made.pk, letter=letters.Letter("Merhaba"))
    seen = Campaign.objects.get(pk=made.pk)
    assert not pricing.Pricing(old).step()
    queues.LOOKS["files"]()
    now = Campaign.objects.get(pk=made.pk)
    assert (now.quoted, now.credits, now.parts) == (seen.quoted, 2, 1)


def test_a_list_that_ends_too_soon_ends_the_weighing(firm, monkeypatch):
    monkeypatch.setattr(pricing, "IN_A_REQUEST", 0)
    made = campaign(firm, *people("a", "b"), columns=NAMED, body="{{ad}}")
    letters.write(by=factories.actor(firm), campaign_id=made.pk, letter=letters.Letter("{{ad}}"))
    Campaign.objects.update(recipients=5)
    queues.LOOKS["files"]()
    assert Campaign.objects.get(pk=made.pk).error_code == "not-found"
