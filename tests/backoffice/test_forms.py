"""Fields that several doors share."""

import pytest
from django import forms

from smsmerkezi.backoffice.forms import OFFERED, FirmField, ReasonForm
from smsmerkezi.backoffice.verbs import Verb
from tenants.models import Tenant

pytestmark = pytest.mark.django_db


class Chosen(forms.Form):
    firm = FirmField(label="Firma", required=False)


@pytest.fixture
def firm():
    return Tenant.objects.create(name='"><script>Ad', slug="kisa-ad")


def test_a_firm_is_found_by_its_short_name(firm):
    form = Chosen({"firm": " kisa-ad "})
    assert form.is_valid()
    assert form.cleaned_data == {"firm": firm}


def test_nothing_is_nobody(firm):
    form = Chosen({"firm": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"firm": None}


@pytest.mark.parametrize("text", ["yok", "boşluk var", "x" * 161, "a\0b"])
def test_what_names_no_firm_is_refused_at_the_field(firm, text):
    form = Chosen({"firm": text})
    assert not form.is_valid()
    assert list(form.errors) == ["firm"]


def test_firms_are_suggested_in_the_order_of_their_names(firm):
    Tenant.objects.create(name="Aaa", slug="zzz")
    control = str(Chosen()["firm"])
    assert 'list="firm_known"' in control
    assert control.index('value="zzz"') > control.index('<datalist id="firm_known">')
    assert "<script>" not in control


def test_no_more_firms_are_suggested_than_a_page_holds():
    Tenant.objects.bulk_create(Tenant(name=f"Firma {n}", slug=f"f-{n}") for n in range(OFFERED + 1))
    assert str(Chosen()["firm"]).count("<option") == OFFERED


def test_a_refused_field_keeps_what_was_written(firm):
    assert 'value="yok"' in str(Chosen({"firm": "yok"})["firm"])


@pytest.mark.parametrize(
    ("reason", "fits"), [("", False), ("kısa", False), ("yeter", True), ("x" * 500, True), ("x" * 501, False)]
)
def test_a_reason_has_five_to_five_hundred_letters(reason, fits):
    assert ReasonForm({"reason": reason}).is_valid() is fits


def test_a_hint_may_depend_on_the_row():
    def call(by, row, data):
        return ""

    assert Verb("a", "A", call, hint="hep aynı").hint_for(None) == "hep aynı"
    assert Verb("a", "A", call, hint=lambda row: f"{row} için").hint_for("bu") == "bu için"
