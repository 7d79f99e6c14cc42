"""Firms as the domain runs them: rules, races and the trail, without any page."""

from dataclasses import replace

import pytest

from smsmerkezi.core.errors import Conflict, Forbidden, NotFound
from tenants import firms
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant
from tests import factories

DETAILS = firms.Details(name="Yeni Firma")
REASON = "Ödenmemiş fatura"


@pytest.fixture
def by(db):
    return Actor(None, factories.reviewer())


@pytest.fixture
def firm(by):
    return firms.create(by=by, slug="yeni", details=DETAILS)


def test_a_firm_starts_active_with_the_platforms_road(firm):
    assert (firm.state, firm.gateway, firm.default_originator) == ("active", "", "")


@pytest.mark.parametrize("slug", ["", "boşluk var", "ç", "a/b", "x" * 161, "a\n"])
def test_a_short_name_is_letters_digits_and_dashes(by, slug):
    with pytest.raises(firms.BadFirm) as refused:
        firms.create(by=by, slug=slug, details=DETAILS)
    assert refused.value.field == "slug"


@pytest.mark.parametrize("name", ["", "   ", "x" * 151])
def test_a_firm_has_a_name(by, name):
    with pytest.raises(firms.BadFirm) as refused:
        firms.create(by=by, slug="yeni", details=firms.Details(name=name))
    assert refused.value.field == "name"


def test_a_short_name_is_taken_once_and_the_transaction_stays_usable(by, firm):
    with pytest.raises(firms.SlugTaken):
        firms.create(by=by, slug="yeni", details=DETAILS)
    assert Tenant.objects.count() == 1


def test_a_change_writes_only_what_differs(by, firm):
    old = firm.name
    firms.change(by=by, tenant_id=firm.pk, details=firms.Details(name="Başka", gateway=""))
    assert AuditEntry.objects.get(action="tenant.changed").changes == {"name": [old, "Başka"]}


def test_a_change_of_the_road_alone_has_the_contracts_name(by, firm):
    details = firms.Details(name=firm.name, gateway="iki")
    firms.change(by=by, tenant_id=firm.pk, details=details)
    firms.change(by=by, tenant_id=firm.pk, details=replace(details, dlr_enabled=False))
    told = AuditEntry.objects.of(firm).order_by("-pk").values_list("action", "changes")[:2]
    assert list(told)[::-1] == [
        ("tenant.gateway_changed", {"gateway": ["", "iki"]}),
        ("tenant.dlr_changed", {"dlr_enabled": [True, False]}),
    ]


def test_suspending_and_letting_in_again_take_turns(by, firm):
    assert firms.suspend(by=by, tenant_id=firm.pk, reason=REASON).state == "suspended"
    with pytest.raises(Conflict):
        firms.suspend(by=by, tenant_id=firm.pk, reason=REASON)
    assert firms.activate(by=by, tenant_id=firm.pk, reason=REASON).state == "active"
    with pytest.raises(Conflict):
        firms.activate(by=by, tenant_id=firm.pk, reason=REASON)


@pytest.mark.parametrize("reason", ["", "kısa", "     ", "x" * 501])
def test_a_reason_has_a_length(by, firm, reason):
    with pytest.raises(firms.BadReason):
        firms.suspend(by=by, tenant_id=firm.pk, reason=reason)


@pytest.mark.parametrize("verb", [firms.suspend, firms.activate])
def test_a_firm_that_is_not_there_is_not_found(by, verb):
    with pytest.raises(NotFound):
        verb(by=by, tenant_id=10**15, reason=REASON)


def test_change_of_a_firm_that_is_not_there_is_not_found(by):
    with pytest.raises(NotFound):
        firms.change(by=by, tenant_id=10**15, details=DETAILS)
    with pytest.raises(NotFound):
        firms.find(10**15)


@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_nobody_of_a_firm_runs_firms(firm, role):
    stranger = Actor(firm, factories.user(firm, role=role))
    calls = (
        lambda: firms.create(by=stranger, slug="baska", details=DETAILS),
        lambda: firms.change(by=stranger, tenant_id=firm.pk, details=DETAILS),
        lambda: firms.suspend(by=stranger, tenant_id=firm.pk, reason=REASON),
        lambda: firms.activate(by=stranger, tenant_id=firm.pk, reason=REASON),
    )
    for call in calls:
        with pytest.raises(Forbidden):
            call()
    assert Tenant.objects.get(pk=firm.pk).state == "active"
