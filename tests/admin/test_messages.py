"""A message's page for platform staff: where each attempt went, and no more parcels than a page holds."""

import pytest
from django.db import transaction
from django.urls import reverse

from messaging.sms import admin as door
from messaging.sms import invariants
from messaging.sms.models import Submission
from messaging.sms.store import route
from tests.messaging.sms.world import World, numbers, only

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    yield World()
    assert invariants.broken() == {}


def sections(client, message) -> dict[str, list[dict]]:
    found = client.get(reverse("admin:sms_message_change", args=[message.pk])).context["sections"]
    return {section.title: [dict(line) for line in section.lines] for section in found}


def test_each_attempt_names_the_road_that_it_took(client, world):
    other = World()
    world.operator.usual = "not_sent"
    message = world.sent(*numbers(1))
    Submission.objects.update(due_at="2020-01-01T00:00Z")
    with transaction.atomic():
        route.divert(ids=[only(message).pk], was=world.operator.slug, becomes=other.operator.slug)
    world.drain()
    told = sections(client, message)["Denemeler"]
    assert [(line["Sağlayıcı"], line["Sonuç"], line["Neden"]) for line in told] == [
        (other.operator.slug, "Kabul edildi", "–"),
        (world.operator.slug, "Gönderilemedi", "busy"),
    ]


def test_a_parcel_leads_to_its_page_and_says_its_state_in_a_pill(client, world):
    message = world.sent(*numbers(1))
    (parcel,) = sections(client, message)["Gönderim paketleri"]
    assert reverse("admin:sms_submission_change", args=[only(message).pk]) in parcel["Paket"]
    assert "İletildi" in parcel["Durum"]
    assert 'class="pill ok"' in parcel["Durum"]


def test_of_a_message_in_many_pieces_the_first_are_shown(client, world, monkeypatch):
    message = world.accept(*numbers(5))
    with transaction.atomic():
        route.split(submission=only(message).pk, at_most=1)
    assert len(sections(client, message)["Gönderim paketleri"]) == 5
    world.drain()
    monkeypatch.setattr(door, "SHOWN", 3)
    shown = sections(client, message)
    assert len(shown["Gönderim paketleri (ilk 3)"]) == len(shown["Denemeler"]) == 3
