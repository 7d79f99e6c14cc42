"""Values as people read them."""

from datetime import UTC, datetime

import pytest
from django.contrib import admin

from billing.models import Account, LedgerEntry
from gateways.models import GatewayAccount
from smsmerkezi.backoffice import cells
from tenants.models import Tenant, User


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("", "–"),
        (0, "0"),
        (-1234567, "-1.234.567"),
        (1234567, "1.234.567"),
        (True, "Evet"),
        (False, "Hayır"),
        ("metin", "metin"),
    ],
)
def test_plain_values(value, shown):
    assert cells.plain(value) == shown


def test_a_moment_is_istanbuls_and_keeps_its_exact_form():
    shown = str(cells.plain(datetime(2026, 11, 22, 11, 59, tzinfo=UTC)))
    assert ">22.11.2026 14:59<" in shown
    assert 'datetime="2026-11-22T14:59:00+03:00"' in shown


@pytest.mark.parametrize(
    ("words", "capital"),
    [
        ("işlem", "İşlem"),
        ("ışık", "Işık"),
        ("ID", "ID"),
        ("İYS", "İYS"),
        ("çağrı", "Çağrı"),
        ("", ""),
        ("i", "İ"),
    ],
)
def test_the_first_letter_is_large_the_turkish_way(words, capital):
    assert cells.capital(words) == capital


def test_whatever_is_linked_or_set_in_code_is_escaped():
    wicked = '"><script>alert(1)</script>'
    for shown in (cells.mono(wicked), cells.anchor(wicked, wicked), cells.link("tenants_tenant", 5, wicked)):
        assert "<script>" not in shown
    assert "<script>" not in cells.pill("ok", "basarili", wicked)


def test_a_pill_has_icon_word_and_tone():
    pill = cells.pill("ok", "basarili", "Etkin")
    assert 'class="pill ok"' in pill
    assert "<svg" in pill
    assert "Etkin" in pill


def test_a_state_is_shown_by_its_word_and_an_id_with_its_sign():
    rows = admin.site.get_model_admin(User)
    user = User(pk=12, role="viewer", email="a@ornek.test")
    assert cells.shown(rows, "role", user) == "İzleyici"
    assert cells.shown(rows, "id", user) == "#12"
    assert cells.shown(rows, "last_login", user) == "–"


def test_a_firm_without_account_has_no_credit():
    rows = admin.site.get_model_admin(Tenant)
    firm = Tenant(pk=None, name="Yeni")
    assert [rows.balance(firm), rows.reserved(firm), rows.available(firm)] == ["0", "0", "0"]


def test_a_row_without_firm_links_nowhere():
    assert cells.tenant(User(tenant=None)) == cells.NOTHING
    firm = Tenant(pk=7, name="Firma & Ortakları")
    assert (
        cells.tenant(LedgerEntry(tenant=firm))
        == '<a href="/admin/tenants/tenant/7/change/">Firma &amp; Ortakları</a>'
    )


def test_movements_carry_their_sign():
    rows = admin.site.get_model_admin(LedgerEntry)
    signs = [(1500, "+1.500"), (-1500, "-1.500"), (0, "0")]
    for delta, shown in signs:
        assert rows.amount(LedgerEntry(delta=delta)) == shown
        assert rows.held(LedgerEntry(reserved_delta=delta)) == shown


def test_what_is_free_is_what_is_not_reserved():
    assert admin.site.get_model_admin(Account).free(Account(balance=1500, reserved=300)) == "1.200"


def test_credentials_are_told_as_set_or_unset():
    rows = admin.site.get_model_admin(GatewayAccount)
    account = GatewayAccount(vendor="mock", credentials={"token": "cok-gizli"})
    assert rows.ready(account) == "Erişim anahtarı: tanımlı"
    assert rows.ready(GatewayAccount(vendor="mock", credentials={})) == "Erişim anahtarı: tanımlı değil"
    assert rows.ready(GatewayAccount(vendor="eski", credentials={"token": "x"})) == cells.NOTHING


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (999, "999"), (1000, "1.000"), (1001, "1.000+"), (5000, "1.000+")]
)
def test_a_count_ends_at_its_bound(count, shown):
    assert cells.bounded(count, 1000) == shown
