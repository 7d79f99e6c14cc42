"""Filters: fields of one form; whatever stands in the address, they narrow or show nothing, and never fail."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsmerkezi.backoffice import filters
from tenants.models import AuditEntry, Tenant, User
from tests import factories

pytestmark = pytest.mark.django_db
STATE = filters.choice("state", "Durum", Tenant.State.choices)
WAITING = filters.choice("state", "Durum", Tenant.State.choices, first="suspended")


def narrowed(kind, model, **query: str):
    spec = kind(None, {name: [value] for name, value in query.items()}, model, None)
    return spec, spec.queryset(None, model.objects.all())


@pytest.fixture
def firms():
    active = Tenant.objects.create(name="A", slug="a")
    suspended = Tenant.objects.create(name="B", slug="b", state="suspended")
    return {active, suspended}


def test_without_a_choice_everything_is_shown(firms):
    spec, rows = narrowed(STATE, Tenant)
    assert set(rows) == firms
    assert not spec.used
    assert spec.options[0] == ("", "Hepsi")


def test_a_choice_narrows(firms):
    spec, rows = narrowed(STATE, Tenant, state="suspended")
    assert [row.slug for row in rows] == ["b"]
    assert spec.used


def test_a_first_choice_holds_until_somebody_chooses(firms):
    spec, rows = narrowed(WAITING, Tenant)
    assert [row.slug for row in rows] == ["b"]
    assert not spec.used
    assert set(narrowed(WAITING, Tenant, state="all")[1]) == firms
    assert [row.slug for row in narrowed(WAITING, Tenant, state="active")[1]] == ["a"]


def test_what_is_no_choice_shows_nothing(firms):
    assert not narrowed(STATE, Tenant, state="all")[1].exists()
    assert not narrowed(STATE, Tenant, state="yok")[1].exists()


def test_a_filter_takes_its_own_parameter_only(firms):
    params = {"state": ["active"], "other": ["x"]}
    STATE(None, params, Tenant, None)
    assert params == {"other": ["x"]}


def test_the_last_of_several_values_counts(firms):
    spec = STATE(None, {"state": ["active", "suspended"]}, Tenant, None)
    assert spec.value == "suspended"


def test_yes_and_no_are_choices(db):
    firm = factories.tenant(credits=0, sender="")
    inside, outside = factories.user(firm), factories.user(firm, is_active=False)
    kind = filters.choice("active", "Durum", [("1", "Etkin"), ("0", "Kapalı")], lookup="is_active")
    assert list(narrowed(kind, User, active="1")[1]) == [inside]
    assert list(narrowed(kind, User, active="0")[1]) == [outside]


def test_a_firm_is_named_by_its_short_name(db):
    firm, other = factories.tenant(credits=0, sender=""), factories.tenant(credits=0, sender="")
    inside = factories.user(firm)
    factories.user(other)
    assert list(narrowed(filters.TenantFilter, User, tenant=f" {firm.slug} ")[1]) == [inside]


@given(text=st.text(max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_makes_a_filter_fail(text):
    kinds = (
        (STATE, Tenant, "state"),
        (WAITING, Tenant, "state"),
        (filters.word("slug", "Kısa ad"), Tenant, "slug"),
        (filters.whole("user", "No", lookup="user_id"), AuditEntry, "user"),
        (filters.TenantFilter, AuditEntry, "tenant"),
    )
    for kind, model, name in kinds:
        assert list(narrowed(kind, model, **{name: text})[1][:1]) == []


@pytest.mark.parametrize(
    ("text", "found"), [("12", True), ("#12", True), ("12x", False), ("²", False), ("1" * 19, False)]
)
def test_a_whole_number_is_ascii_digits(text, found):
    spec, rows = narrowed(filters.whole("user", "No", lookup="user_id"), AuditEntry, user=text)
    assert ("user_id" in str(rows.query.where)) is found
    assert spec.used
