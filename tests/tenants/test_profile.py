"""What people say of themselves, and administrators of their firm."""

import pytest
from django.db import IntegrityError, transaction

from messaging.senders import approval
from smsmerkezi.core.addresses import BadAddress
from smsmerkezi.core.errors import Forbidden
from tenants import names, profile
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant, User
from tenants.profile import FirmChange
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.tenant(credits=0)


@pytest.fixture
def by(firm):
    return factories.actor(firm)


def change(by, name=None, **firm):
    return profile.change(by=by, name=name, firm=FirmChange(**firm), approved=approval.approved_labels)


def entries(firm):
    return [
        entry.meta for entry in AuditEntry.objects.of(firm).filter(action="profile.updated").order_by("pk")
    ]


class TestAName:
    @pytest.mark.parametrize("role", User.Role.values[:3])
    def test_is_everybodys_own(self, firm, role):
        by = factories.actor(firm, role=role)
        assert change(by, "  Ayşe\n Yılmaz ").name == "Ayşe Yılmaz"
        assert User.objects.get(pk=by.person.pk).name == "Ayşe Yılmaz"
        assert entries(firm) == [{"fields": ["name"]}]

    @pytest.mark.parametrize("name", ["", "  ", "x" * 151, "a\x00b", "a\u202eb"])
    def test_is_one_line_that_can_be_printed(self, by, name):
        with pytest.raises(names.BadFullName):
            change(by, name)

    def test_that_stays_leaves_no_entry(self, firm, by):
        change(by, by.person.name)
        assert entries(firm) == []

    def test_stands_in_no_trail(self, by):
        change(by, "Ayşe Yılmaz")
        assert "Ayşe" not in str(list(AuditEntry.objects.values()))


class TestAFirm:
    def test_is_changed_by_its_administrators_in_one_entry(self, firm, by):
        change(
            by, "Ayşe", tenant_name="Yeni Ad", webhook_url="https://example.com/wh", two_factor_required=True
        )
        row = Tenant.objects.get(pk=firm.pk)
        assert (row.name, row.webhook_url, row.two_factor_required) == (
            "Yeni Ad",
            "https://example.com/wh",
            True,
        )
        assert row.default_originator == factories.SENDER
        assert by.tenant.name == "Yeni Ad"
        fields = ["name", "tenant.name", "tenant.webhook_url", "tenant.two_factor_required"]
        assert entries(firm) == [{"fields": fields}]

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    @pytest.mark.parametrize(
        "wanted",
        [
            {"tenant_name": "X"},
            {"default_originator": ""},
            {"webhook_url": ""},
            {"two_factor_required": False},
        ],
    )
    def test_is_changed_by_nobody_else_and_then_nothing_is(self, firm, role, wanted):
        by = factories.actor(firm, role=role)
        with pytest.raises(Forbidden):
            change(by, "Ayşe", **wanted)
        assert User.objects.get(pk=by.person.pk).name != "Ayşe"
        assert entries(firm) == []

    def test_is_ones_own_only(self, firm, by):
        other = factories.tenant(credits=0)
        change(by, tenant_name="Yeni Ad")
        assert Tenant.objects.get(pk=other.pk).name == other.name

    def test_needs_a_name(self, by):
        with pytest.raises(names.BadCompanyName) as refused:
            change(by, tenant_name=" ")
        assert refused.value.field == "tenant_name"

    def test_writes_under_an_approved_sender_only(self, firm, by):
        approval.apply_for(by=by, label="BEKLEYEN")
        approval.apply_for(by=factories.actor(factories.tenant(credits=0, sender="BASKASI")), label="IKINCI")
        for label in ("BEKLEYEN", "BASKASI", "YOK", factories.SENDER.lower()):
            with pytest.raises(profile.NotYourSender):
                change(by, default_originator=label)
        assert Tenant.objects.get(pk=firm.pk).default_originator == factories.SENDER

    def test_may_have_no_sender_and_no_webhook(self, firm, by):
        change(by, webhook_url="https://example.com/wh")
        change(by, default_originator="", webhook_url="")
        row = Tenant.objects.get(pk=firm.pk)
        assert (row.default_originator, row.webhook_url) == ("", "")

    def test_tells_a_public_address_only(self, by):
        with pytest.raises(BadAddress):
            change(by, webhook_url="https://10.0.0.5/wh")

    def test_address_over_http_is_refused_by_the_database_as_well(self, firm):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tenant.objects.filter(pk=firm.pk).update(webhook_url="http://example.com")

    def test_is_nothing_that_platform_staff_have(self):
        by = Actor(None, factories.reviewer())
        with pytest.raises(Forbidden):
            change(by, tenant_name="X")
        assert change(by, "Platform Ekibi").name == "Platform Ekibi"
