"""Firms: opened with their account, changed, suspended with a reason."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import Account
from gateways import accounts
from tenants.models import AuditEntry, Tenant
from tests import factories

OPEN = "/admin/tenants/tenant/open/"


@pytest.fixture
def firm(staff):
    factories.gateway(default=True)
    return factories.tenant(credits=1234)


def page_of(firm, verb: str) -> str:
    return reverse(f"admin:tenants_tenant_{verb}", args=[firm.pk])


def test_a_firm_is_opened_with_its_account(client, staff):
    factories.gateway("yol")
    answer = client.post(OPEN, {"name": "Işık İç Giyim", "slug": "isik-ic-giyim", "gateway": "yol"})
    assert answer.status_code == 302
    made = Tenant.objects.get(slug="isik-ic-giyim")
    assert (made.name, made.gateway, made.state) == ("Işık İç Giyim", "yol", "active")
    assert Account.objects.get(tenant=made).balance == 0
    assert AuditEntry.objects.of(made).get(action="tenant.created").user_id == staff.pk


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("name", "", 422),
        ("name", "x" * 151, 422),
        ("slug", "boşluk var", 422),
        ("slug", "x" * 161, 422),
        ("slug", "dolu", 409),
        ("gateway", "yok", 422),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(client, staff, field, value, status):
    Tenant.objects.create(name="Dolu", slug="dolu")
    answer = client.post(OPEN, {"name": "Yeni", "slug": "yeni", "gateway": "", field: value})
    assert answer.status_code == status
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Tenant.objects.count() == 1


def test_the_form_sent_twice_opens_one_firm(client, staff):
    form = {"name": "Yeni", "slug": "yeni", "gateway": ""}
    assert [client.post(OPEN, form).status_code for _ in range(2)] == [302, 409]
    assert Tenant.objects.count() == 1


def test_a_firm_is_changed_and_the_trail_tells_what_was_and_what_is(client, firm):
    old = firm.name
    factories.gateway("iki")
    accounts.forget()
    form = {"name": "Yeni ad", "gateway": "iki", "default_originator": "", "dlr_enabled": "on"}
    client.post(page_of(firm, "edit"), form)
    firm.refresh_from_db()
    assert (firm.name, firm.gateway, firm.default_originator) == ("Yeni ad", "iki", "")
    entry = AuditEntry.objects.of(firm).get(action="tenant.changed")
    assert entry.changes == {
        "name": [old, "Yeni ad"],
        "gateway": ["mock", "iki"],
        "default_originator": [factories.SENDER, ""],
    }
    client.post(page_of(firm, "edit"), form)
    assert AuditEntry.objects.of(firm).filter(action="tenant.changed").count() == 1


def test_only_an_approved_name_becomes_the_default(client, firm):
    form = {"name": firm.name, "gateway": "mock", "default_originator": "ONAYSIZ"}
    assert client.post(page_of(firm, "edit"), form).status_code == 422


def test_a_suspended_firm_is_out_and_comes_back(client, firm):
    person = factories.user(firm)
    key = {"Authorization": f"Bearer {factories.token(person)}"}
    assert Client().get("/v1/balance", headers=key).status_code == 200
    client.post(page_of(firm, "suspend"), {"reason": "Ödenmemiş fatura"})
    assert Client().get("/v1/balance", headers=key).status_code == 401
    browser = Client()
    browser.force_login(person)
    assert browser.get("/mesajlar").status_code == 302
    client.post(page_of(firm, "activate"), {"reason": "Fatura ödendi"})
    assert Client().get("/v1/balance", headers=key).status_code == 200
    told = (
        AuditEntry.objects.of(firm).filter(action__in=["tenant.suspended", "tenant.activated"]).order_by("pk")
    )
    assert [entry.meta["reason"] for entry in told] == ["Ödenmemiş fatura", "Fatura ödendi"]


@pytest.mark.parametrize("reason", ["", "yok", "    x    ", "x" * 501])
def test_suspending_needs_a_reason(client, firm, reason):
    assert client.post(page_of(firm, "suspend"), {"reason": reason}).status_code == 422
    assert Tenant.objects.get(pk=firm.pk).state == "active"


def test_the_second_to_suspend_is_told(client, firm):
    client.post(page_of(firm, "suspend"), {"reason": "Ödenmemiş fatura"})
    again = client.post(page_of(firm, "suspend"), {"reason": "Ödenmemiş fatura"})
    assert again.status_code == 409
    assert "Firma şu durumda: Askıda." in again.content.decode()


def test_a_firms_page_shows_its_credit_people_and_names(client, firm):
    person = factories.user(firm)
    page = client.get(reverse("admin:tenants_tenant_change", args=[firm.pk])).content.decode()
    for expected in ("1.234", person.email, factories.SENDER, f"/admin/billing/account/{firm.pk}/change/"):
        assert expected in page


def test_firms_are_found_by_name_and_state(client, firm):
    other = factories.tenant()
    page = client.get("/admin/tenants/tenant/", {"q": firm.slug}).content.decode()
    assert f">{firm.slug}<" in page.replace(" ", "").replace("\n", "")
    assert f">{other.slug}<" not in page.replace(" ", "").replace("\n", "")
    assert (
        "Süzgece uyan kayıt yok"
        in client.get("/admin/tenants/tenant/", {"state": "suspended"}).content.decode()
    )


def test_names_are_shown_as_text_never_as_markup(client, staff):
    made = Tenant.objects.create(name="<script>alert(1)</script>", slug="kotu")
    for url in (
        "/admin/tenants/tenant/",
        page_of(made, "change"),
        page_of(made, "suspend"),
        page_of(made, "edit"),
    ):
        assert "<script>alert" not in client.get(url).content.decode()


def test_asking_for_reports_is_switched_off_and_on(client, firm):
    page = client.get(page_of(firm, "edit")).content.decode()
    assert "İletim raporları sorulur" in page
    assert re.search(r'type="checkbox" name="dlr_enabled"[^>]* checked', page)
    form = {"name": firm.name, "gateway": "mock", "default_originator": factories.SENDER}
    client.post(page_of(firm, "edit"), form)
    assert Tenant.objects.get(pk=firm.pk).dlr_enabled is False
    assert AuditEntry.objects.of(firm).get(action="tenant.dlr_changed").changes == {
        "dlr_enabled": [True, False]
    }
    page = client.get(page_of(firm, "edit")).content.decode()
    assert re.search(r'type="checkbox" name="dlr_enabled"(?![^>]* checked)', page)
    told = {fact.label: fact.value for fact in client.get(page_of(firm, "change")).context["facts"]}
    assert told["İletim raporları sorulur"] == "Hayır"
    client.post(page_of(firm, "edit"), form | {"dlr_enabled": "on"})
    assert Tenant.objects.get(pk=firm.pk).dlr_enabled is True


def test_a_new_firm_asks_for_reports(client, staff):
    client.post(OPEN, {"name": "Yeni", "slug": "yeni", "gateway": ""})
    assert Tenant.objects.get(slug="yeni").dlr_enabled is True
