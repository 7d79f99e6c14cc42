"""Credit as platform staff move it: who may, why, once for each reference, with a trail."""

import threading

import pytest
from django.db import connection

from billing import credit, ledger
from billing.models import Account, LedgerEntry
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants import firms
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories


@pytest.fixture
def by(db):
    return Actor(None, factories.reviewer())


@pytest.fixture
def firm(by):
    return factories.tenant(credits=100, sender="")


def add(by, firm, reference="r1", **fields) -> bool:
    return credit.add(
        by=by, tenant_id=firm.pk, reference=reference, **{"credits": 50, "note": "Dekont"} | fields
    )


def correct(by, firm, reference="r1", **fields) -> bool:
    values = {"credits": -30, "note": "Yanlış yükleme"} | fields
    return credit.correct(by=by, tenant_id=firm.pk, reference=reference, **values)


def test_a_firm_opens_with_an_empty_account(by):
    made = credit.open_firm(by=by, slug="yeni", details=firms.Details(name="Yeni"))
    assert Account.objects.get(tenant=made).balance == 0


def test_credit_is_added_and_told_once_for_each_reference(by, firm):
    assert add(by, firm)
    assert not add(by, firm)
    assert not add(by, firm, credits=999)
    assert ledger.account_of(firm).balance == 150
    assert AuditEntry.objects.of(firm).filter(action="balance.topup").count() == 1


def test_adding_and_correcting_have_references_of_their_own(by, firm):
    assert add(by, firm)
    assert correct(by, firm)
    assert ledger.account_of(firm).balance == 120


def test_a_reference_belongs_to_its_firm(by, firm):
    other = factories.tenant(credits=0, sender="")
    assert add(by, firm)
    assert add(by, other)


@pytest.mark.parametrize("credits", [0, -1, 10**12, True, 1.5])
def test_an_amount_is_whole_and_positive(by, firm, credits):
    with pytest.raises(ledger.BadAmount):
        add(by, firm, credits=credits)
    assert not AuditEntry.objects.filter(action="balance.topup").exists()


def test_a_correction_never_goes_below_what_is_reserved(by, firm):
    with pytest.raises(ledger.InsufficientCredit):
        correct(by, firm, credits=-101)
    assert ledger.account_of(firm).balance == 100
    assert LedgerEntry.objects.of(firm).count() == 1


@pytest.mark.parametrize("note", ["", "kısa", "x" * 201])
def test_a_correction_says_why(by, firm, note):
    with pytest.raises(credit.BadNote) as refused:
        correct(by, firm, note=note)
    assert refused.value.field == "note"


def test_a_note_fits_its_column(by, firm):
    assert add(by, firm, note="ş" * 200)
    with pytest.raises(credit.BadNote):
        add(by, firm, reference="r2", note="x" * 201)


def test_a_firm_that_is_not_there_is_not_found(by, firm):
    firm.pk = 10**15
    with pytest.raises(NotFound):
        add(by, firm)


@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_nobody_of_a_firm_adds_credit(firm, role):
    stranger = Actor(firm, factories.user(firm, role=role))
    for call in (add, correct):
        with pytest.raises(Forbidden):
            call(stranger, firm)
    assert ledger.account_of(firm).balance == 100


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_eight_times_at_once_moves_credit_once():
    by = Actor(None, factories.reviewer())
    firm = factories.tenant(credits=100, sender="")
    gate, moved = threading.Barrier(8), []

    def click():
        gate.wait()
        moved.append(add(by, firm))
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(moved) == [False] * 7 + [True]
    assert ledger.account_of(firm).balance == 150
    assert AuditEntry.objects.of(firm).filter(action="balance.topup").count() == 1
    assert ledger.mismatches() == {"sums": 0, "breaks": 0}
