"""Accounts as roads: whose they are, with whom they share, whether they rest, and where operators call us."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from gateways import accounts, circuit, registry, setup, words
from gateways.models import Circuit, GatewayAccount
from smsmerkezi.templatetags import ui
from tenants import audit_words
from tenants.models import AuditEntry, Tenant
from tests import factories
from tests.admin.test_gateways import LIST, NEW, changed
from tests.gateways import simulators

HIDDEN = re.compile(r"/callbacks/mock/([\w-]{20,})")


@pytest.fixture(autouse=True)
def _fresh_circuits():
    circuit.forget()
    yield
    circuit.forget()


@pytest.fixture
def account(staff):
    return factories.gateway(default=True)


def page_of(account, verb: str = "change") -> str:
    return reverse(f"admin:gateways_gatewayaccount_{verb}", args=[account.pk])


def read(client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def slugs(client, **query: str) -> list[str]:
    return [row.slug for row in client.get(LIST, query).context["cl"].result_list]


def facts(client, account) -> dict[str, str]:
    return {fact.label: str(fact.value) for fact in client.get(page_of(account)).context["facts"]}


def resting(account, *, staff: bool = False, ends: int = 600, reason: str = "bad credentials") -> Circuit:
    now = timezone.now()
    return Circuit.objects.create(
        account=account,
        failures=5,
        trips=2,
        reason=reason,
        needs_staff=staff,
        since=now - timedelta(minutes=3),
        open_until=now + timedelta(seconds=ends),
        asks_after=now + timedelta(seconds=30),
    )


# Pools and owners


def test_an_account_joins_a_pool_with_its_share_and_rank(client, staff):
    client.post(f"{LIST}create/", NEW | {"pool": "yurtici", "weight": "70", "priority": "5"})
    made = GatewayAccount.objects.get(slug="yeni")
    assert (made.pool, made.weight, made.priority, made.owner) == ("yurtici", 70, 5, None)
    told = facts(client, made)
    assert [told[name] for name in ("Havuz", "Pay", "Öncelik", "Sahibi")] == [
        "yurtici",
        "70",
        "5",
        "Platform",
    ]
    cells = client.get(LIST).context["cl"].lines()[0]["cells"]
    assert {"yurtici", "70", "5", "Platform"} <= {cell.value for cell in cells}


def test_share_and_rank_are_changed_and_the_trail_names_them(client, account):
    client.post(page_of(account, "edit"), changed(pool="yurtici", weight="0", priority="1", title="mock"))
    account.refresh_from_db()
    assert (account.pool, account.weight, account.priority) == ("yurtici", 0, 1)
    entry = AuditEntry.objects.get(action="gateway.changed")
    told = {name: entry.changes[name] for name in ("pool", "weight", "priority")}
    assert told == {"pool": ["", "yurtici"], "weight": [100, 0], "priority": [100, 1]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pool", "boşluk var"),
        ("pool", "x" * 41),
        ("weight", "-1"),
        ("weight", "1001"),
        ("weight", "çok"),
        ("weight", ""),
        ("priority", "-1"),
        ("priority", "32768"),
        ("owner", "yok-boyle-firma"),
    ],
)
def test_a_share_that_cannot_be_is_refused_at_its_field(client, account, field, value):
    answer = client.post(f"{LIST}create/", NEW | {field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert GatewayAccount.objects.count() == 1


def test_a_firm_gets_an_account_of_its_own_and_its_trail_says_so(client, account):
    firm = factories.tenant(credits=0, sender="")
    client.post(f"{LIST}create/", NEW | {"owner": firm.slug})
    made = GatewayAccount.objects.get(slug="yeni")
    assert made.owner == firm.pk
    assert str(firm) in facts(client, made)["Sahibi"]
    assert reverse("admin:tenants_tenant_change", args=[firm.pk]) in read(client, LIST)
    assert AuditEntry.objects.of(firm).get(action="gateway.created").entity_id == made.pk


def test_the_firm_is_suggested_by_name(client, account):
    firm = Tenant.objects.create(name="Işık & Oğlu", slug="isik-oglu")
    page = read(client, f"{LIST}create/")
    assert 'list="owner_known"' in page
    assert f'<option value="{firm.slug}">Işık &amp; Oğlu</option>' in page


def test_an_owner_never_changes(client, account):
    firm = factories.tenant(credits=0, sender="")
    assert 'name="owner"' not in read(client, page_of(account, "edit"))
    client.post(page_of(account, "edit"), changed(owner=firm.slug))
    assert GatewayAccount.objects.get(pk=account.pk).owner is None


def test_a_firms_own_account_joins_no_pool_and_is_nobodys_default(client, account):
    firm = factories.tenant(credits=0, sender="")
    answer = client.post(f"{LIST}create/", NEW | {"owner": firm.slug, "pool": "yurtici"})
    assert answer.status_code == 422
    assert "Bir firmanın kendi hesabı havuza katılamaz." in answer.content.decode()
    client.post(f"{LIST}create/", NEW | {"owner": firm.slug})
    own = GatewayAccount.objects.get(slug="yeni")
    assert page_of(own, "default") not in read(client, page_of(own))
    assert "kendi hesabı varsayılan olamaz" in read(client, page_of(own, "default"))
    assert client.post(page_of(own, "default")).status_code == 422
    assert GatewayAccount.objects.get(is_default=True) == account


def test_a_firm_may_choose_the_platforms_accounts_and_its_own(client, account):
    firm, other = factories.tenant(), factories.tenant()
    for slug, owner in (("benim", firm), ("onun", other)):
        GatewayAccount.objects.filter(pk=factories.gateway(slug).pk).update(owner=owner.pk)
    accounts.forget()
    edit = reverse("admin:tenants_tenant_edit", args=[firm.pk])
    form = {
        "name": firm.name,
        "default_originator": factories.SENDER,
        "dlr_enabled": "on",
        "gateway": "benim",
    }
    page = read(client, edit)
    assert '<option value="benim">' in page
    assert '<option value="onun">' not in page
    assert client.post(edit, form | {"gateway": "onun"}).status_code == 422
    assert client.post(edit, form).status_code == 302
    assert Tenant.objects.get(pk=firm.pk).gateway == "benim"
    fresh = read(client, reverse("admin:tenants_tenant_open"))
    assert '<option value="mock">' in fresh
    assert '<option value="benim">' not in fresh


# Lists


def test_the_list_is_narrowed_by_pool_owner_vendor_state_and_rest(client, account):
    firm = factories.tenant(credits=0, sender="")
    rows = {slug: factories.gateway(slug) for slug in ("bir", "iki", "uc", "dort")}
    GatewayAccount.objects.filter(slug="bir").update(pool="yurtici")
    GatewayAccount.objects.filter(slug="iki").update(owner=firm.pk, state="down")
    GatewayAccount.objects.filter(slug="uc").update(vendor="netgsm")
    resting(rows["bir"])
    resting(rows["iki"], ends=-5)
    resting(rows["uc"], staff=True)
    assert slugs(client, pool="yurtici") == ["bir"]
    assert slugs(client, tenant=firm.slug) == ["iki"]
    assert slugs(client, vendor="netgsm") == ["uc"]
    assert slugs(client, state="down") == ["iki"]
    assert slugs(client, q="dor") == ["dort"]
    found = {kind: slugs(client, circuit=kind.value) for kind in circuit.Standing}
    assert found == {
        circuit.Standing.RESTS: ["bir"],
        circuit.Standing.TRIED: ["iki"],
        circuit.Standing.NEEDS_STAFF: ["uc"],
        circuit.Standing.FINE: ["dort", "mock"],
    }
    assert slugs(client, circuit="yok") == []


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({}, "Dinleniyor"),
        ({"ends": -1}, "Deneniyor"),
        ({"staff": True}, "Müdahale gerekiyor"),
        ({"staff": True, "ends": -1}, "Müdahale gerekiyor"),
    ],
)
def test_a_rest_is_a_pill_in_the_list_and_told_on_the_page(client, account, how, word):
    row = resting(account, reason="answers lost", **how)
    cells = {cell.label: str(cell.value) for cell in client.get(LIST).context["cl"].lines()[0]["cells"]}
    assert word in cells["Hat"]
    told = facts(client, account)
    assert word in told["Hat"]
    assert told["Bekletilme nedeni"] == "arka arkaya yanıt alınamadı"
    for label, moment in (("Bekletilmeye başladı", row.since), ("Şu ana dek beklenir", row.open_until)):
        assert told[label] == ui.moment(moment)
    assert told["Şu andan önce rapor sorulmaz"] != "–"


def test_an_account_that_never_failed_is_fine(client, account):
    told = facts(client, account)
    assert "Sorunsuz" in told["Hat"]
    assert (told["Bekletilme nedeni"], told["Şu ana dek beklenir"]) == ("–", "–")


def test_an_operators_own_word_is_shown_as_text(client, account):
    resting(account, reason="<b>kota</b>")
    assert "&lt;b&gt;kota&lt;/b&gt;" in read(client, page_of(account))


def test_every_standing_and_state_has_its_word():
    assert set(words.CIRCUITS) == set(circuit.Standing)
    assert set(words.STATES) == set(GatewayAccount.State)


def test_the_first_page_counts_the_accounts_that_need_staff(client, account):
    resting(account, staff=True)
    resting(factories.gateway("iki"))
    tile = next(item for item in client.get("/admin/").context["waiting"] if "Müdahale" in item.text)
    assert tile.count == 1
    assert [row.slug for row in client.get(tile.url).context["cl"].result_list] == ["mock"]


def test_the_list_leads_to_the_health_of_the_roads(client, account):
    assert f'href="{reverse("admin:health")}"' in read(client, LIST)
    assert f'href="{reverse("admin:health")}#hat-mock"' in read(client, page_of(account))


# Trying and speaking again


@pytest.mark.django_db(transaction=True)
def test_what_the_operator_said_of_balance_and_senders_is_told(client):
    with simulators.in_thread() as remote:
        account = factories.gateway(url=remote.url)
        account.vendor, account.credentials = "netgsm", {"username": "850", "password": "p"}
        account.save()
        said = read(client, client.post(page_of(account, "try")).headers["Location"])
        told = setup.try_out(GatewayAccount.objects.get(pk=account.pk))
    assert told.balance
    assert told.senders
    for balance in told.balance:
        assert f"{balance.amount} {balance.unit}" in said
    assert f"Başlıklar: {', '.join(sender.label for sender in told.senders)}." in said


def test_a_rest_is_ended_by_hand_and_told(client, account, staff, django_capture_on_commit_callbacks):
    resting(account, staff=True)
    assert page_of(account, "speak") in read(client, page_of(account))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page_of(account, "speak"))
    assert "mock yeniden deneniyor." in read(client, answer.headers["Location"])
    row = Circuit.objects.get(account=account)
    assert (row.since, row.open_until, row.needs_staff, row.trips) == (None, None, False, 0)
    assert circuit.state("mock") == circuit.State(asks_in=pytest.approx(30, abs=5))
    entry = AuditEntry.objects.get(action="gateway.spoken-to-again")
    assert (entry.user_id, entry.entity_id, entry.meta["slug"]) == (staff.pk, account.pk, "mock")


def test_what_does_not_rest_cannot_be_spoken_to_again(client, account):
    assert page_of(account, "speak") not in read(client, page_of(account))
    assert "Hesap zaten kullanımda; bekletilmiyor." in read(client, page_of(account, "speak"))
    answer = client.post(page_of(account, "speak"))
    assert answer.status_code == 409
    assert not AuditEntry.objects.filter(action="gateway.spoken-to-again").exists()


# The address for callbacks


def renewed(client, account) -> tuple[str, str]:
    """The key, and the page that shows it."""
    answer = client.post(page_of(account, "callback"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    return HIDDEN.search(page)[1], page


def test_the_address_is_shown_once_and_works(client, account, staff):
    key, page = renewed(client, account)
    assert f"/callbacks/mock/{key}" in page
    assert "Yeni adres hazır, eskisi artık geçersiz." in page
    accounts.forget()
    assert accounts.is_callback_key("mock", key)
    entry = AuditEntry.objects.get(action="gateway.callback-renewed")
    assert (entry.user_id, entry.entity_id, entry.meta) == (staff.pk, account.pk, {"slug": "mock"})
    assert key not in repr(entry.changes)


def test_asking_for_an_address_warns_and_makes_none(client, account):
    assert facts(client, account)["Geri bildirim adresi"] == "tanımlı değil"
    page = read(client, page_of(account, "callback"))
    assert "Şimdiki adres hemen geçersiz olur" in page
    assert not HIDDEN.search(page)
    assert registry.callback_key(GatewayAccount.objects.get(pk=account.pk)) == ""


def test_a_new_address_is_the_end_of_the_old_one(client, account):
    old, _ = renewed(client, account)
    new, page = renewed(client, account)
    accounts.forget()
    assert not accounts.is_callback_key("mock", old)
    assert accounts.is_callback_key("mock", new)
    assert old not in page


def test_the_address_is_nowhere_else(client, account, caplog):
    with caplog.at_level(logging.DEBUG):
        key, _ = renewed(client, account)
    assert facts(client, account)["Geri bildirim adresi"] == "tanımlı"
    pages = [LIST, *(page_of(account, verb) for verb in ("change", "callback", "edit", "credentials", "try"))]
    pages += ["/admin/tenants/auditentry/", reverse("admin:health"), "/admin/"]
    assert [url for url in pages if key in read(client, url)] == []
    assert key not in str(list(AuditEntry.objects.values()))
    assert key not in caplog.text
    assert key not in str(dict(client.session))
    assert [name for name, cookie in client.cookies.items() if key in cookie.value] == []


def test_the_address_is_no_credential_that_a_form_shows_or_replaces(client, account):
    key, _ = renewed(client, account)
    assert registry.CALLBACK_KEY not in read(client, page_of(account, "credentials"))
    client.post(page_of(account, "credentials"), {"token": "yeni", registry.CALLBACK_KEY: "uydurma"})
    kept = GatewayAccount.objects.get(pk=account.pk)
    assert (kept.credentials["token"], registry.callback_key(kept)) == ("yeni", key)


def test_every_act_of_the_back_office_has_words():
    acts = {
        "gateway.callback-renewed",
        "gateway.spoken-to-again",
        "sms.doubt-sent",
        "sms.doubt-not-sent",
        "sms.doubt-again",
        "sms.quarantine",
    }
    assert acts <= set(audit_words.ACTIONS)


def test_the_form_starts_with_options_that_are_none(client, account):
    form = admin.site.get_model_admin(GatewayAccount).offers[0].form(None, row=None)
    assert form["options"].value() == "{}"
