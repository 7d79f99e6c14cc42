"""Credit moves through the ledger alone, once for each form, with a trail."""

import re
import uuid

import pytest
from django.urls import reverse

from billing import ledger
from billing.models import LedgerEntry
from tenants.models import AuditEntry, Tenant
from tests import factories


def page_of(firm, verb: str = "add") -> str:
    return reverse(f"admin:billing_account_{verb}", args=[firm.pk])


def form_of(client, url: str) -> dict[str, str]:
    """The hidden reference of the page, as a browser would send it back."""
    found = re.search(r'name="reference" value="([^"]+)"', client.get(url).content.decode())
    return {"reference": found[1], "note": "Dekont 42"}


def test_credit_is_added_once_however_often_the_form_is_sent(client, staff):
    firm = factories.tenant(credits=10)
    form = form_of(client, page_of(firm)) | {"credits": "250"}
    first, second = client.post(page_of(firm), form), client.post(page_of(firm), form)
    assert first.status_code == second.status_code == 302
    assert ledger.account_of(firm).balance == 260
    entry = LedgerEntry.objects.of(firm).get(note="Dekont 42")
    assert (entry.reason, entry.delta) == ("topup", 250)
    told = AuditEntry.objects.of(firm).filter(action="balance.topup")
    assert [(row.user_id, row.meta) for row in told] == [(staff.pk, {"credits": 250})]
    assert "daha önce işlenmişti" in client.get(second.headers["Location"]).content.decode()


def test_two_forms_move_twice(client):
    firm = factories.tenant(credits=0)
    for _ in range(2):
        client.post(page_of(firm), form_of(client, page_of(firm)) | {"credits": "5"})
    assert ledger.account_of(firm).balance == 10


def test_the_same_reference_at_another_firm_is_another_movement(client):
    firms = [factories.tenant(credits=0), factories.tenant(credits=0)]
    form = form_of(client, page_of(firms[0])) | {"credits": "5"}
    for firm in firms:
        client.post(page_of(firm), form)
    assert [ledger.account_of(firm).balance for firm in firms] == [5, 5]


@pytest.mark.parametrize("credits", ["0", "-5", "1.5", "", "abc", "1000000000000", "9" * 40])
def test_an_amount_that_cannot_be_moves_nothing(client, credits):
    firm = factories.tenant(credits=10)
    answer = client.post(page_of(firm), form_of(client, page_of(firm)) | {"credits": credits})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert ledger.account_of(firm).balance == 10


@pytest.mark.parametrize("reference", ["", "x", "' OR 1=1", "0" * 500])
def test_a_made_up_reference_is_refused(client, reference):
    firm = factories.tenant(credits=10)
    form = {"credits": "5", "note": "", "reference": reference}
    assert client.post(page_of(firm), form).status_code == 422
    assert ledger.account_of(firm).balance == 10


def test_a_note_longer_than_its_column_is_refused(client):
    firm = factories.tenant(credits=10)
    form = {"credits": "5", "note": "x" * 201, "reference": str(uuid.uuid4())}
    assert client.post(page_of(firm), form).status_code == 422


def test_a_correction_takes_credit_and_says_why(client):
    firm = factories.tenant(credits=10)
    url = page_of(firm, "correct")
    client.post(url, form_of(client, url) | {"credits": "-4", "note": "Yanlış yükleme"})
    assert ledger.account_of(firm).balance == 6
    assert LedgerEntry.objects.of(firm).get(reason="adjustment").note == "Yanlış yükleme"
    assert AuditEntry.objects.of(firm).filter(action="balance.adjusted").count() == 1


def test_a_correction_needs_a_reason(client):
    firm = factories.tenant(credits=10)
    url = page_of(firm, "correct")
    assert client.post(url, form_of(client, url) | {"credits": "-4", "note": "x"}).status_code == 422
    assert ledger.account_of(firm).balance == 10


def test_a_correction_below_what_is_there_is_told_as_a_sentence(client):
    firm = factories.tenant(credits=10)
    url = page_of(firm, "correct")
    answer = client.post(url, form_of(client, url) | {"credits": "-11", "note": "Yanlış yükleme"})
    assert answer.status_code == 422
    assert "Yetersiz bakiye. Mevcut: 10, Gereken: 11." in answer.content.decode()
    assert ledger.account_of(firm).balance == 10


def test_a_firm_that_never_had_credit_has_a_page(client):
    firm = Tenant.objects.create(name="Boş", slug="bos")
    assert client.get(reverse("admin:billing_account_change", args=[firm.pk])).status_code == 200
    client.post(page_of(firm), form_of(client, page_of(firm)) | {"credits": "5"})
    assert ledger.account_of(firm).balance == 5


def test_the_ledgers_page_agrees_with_the_account(client):
    firm = factories.tenant(credits=1234)
    page = client.get(reverse("admin:billing_account_change", args=[firm.pk])).content.decode()
    assert page.count("1.234") >= 3  # balance, available, the entry
    entry = LedgerEntry.objects.of(firm).get()
    page = client.get(reverse("admin:billing_ledgerentry_change", args=[entry.pk])).content.decode()
    assert entry.op_key in page
    assert "+1.234" in page


def test_no_address_of_the_ledger_changes_it(client):
    firm = factories.tenant(credits=10)
    before = list(LedgerEntry.objects.values())
    pk = LedgerEntry.objects.of(firm).get().pk
    for page in ("add/", f"{pk}/change/", f"{pk}/delete/", f"{pk}/", f"{pk}/history/", f"{pk}/add/", ""):
        answer = client.post(f"/admin/billing/ledgerentry/{page}", {"delta": "1", "post": "yes"})
        assert answer.status_code in {200, 302, 403, 404}, page
    assert list(LedgerEntry.objects.values()) == before
    assert ledger.mismatches() == {"sums": 0, "breaks": 0}


def test_a_movement_is_found_by_its_key(client):
    firm = factories.tenant(credits=77)
    factories.tenant(credits=88)
    key = LedgerEntry.objects.of(firm).get().op_key
    page = client.get("/admin/billing/ledgerentry/", {"op_key": key}).content.decode()
    assert "+77" in page
    assert "+88" not in page
