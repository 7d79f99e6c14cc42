"""The list as it is kept, and who is on it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.campaigns import leftout, lists
from messaging.campaigns.lists import Person
from messaging.campaigns.models import Campaign
from messaging.campaigns.sieve import LeftOut, Sieve
from messaging.files import vault
from smsmerkezi import scope
from smsmerkezi.core.errors import NotFound
from tests import factories
from tests.messaging.campaigns.world import campaign, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


def sieve(firm, *columns):
    return Sieve(tenant_id=firm.pk, columns=columns or ("msisdn",))


def test_a_number_is_kept_once_in_whichever_spelling(firm):
    people, out = sieve(firm).sift(rows(["05301112233"], ["+90 530 111 22 33"], ["5301112234"]))
    assert [person.msisdn for person in people] == [905301112233, 905301112234]
    assert out == [LeftOut(3, "duplicate", ["+90 530 111 22 33"])]


def test_a_repeat_is_known_across_pieces(firm):
    sifting = sieve(firm)
    sifting.sift(rows(["5301112233"]))
    people, out = sifting.sift(rows(["5301112233"]))
    assert people == []
    assert out[0].reason == "duplicate"
    assert (sifting.rows, sifting.kept, sifting.counts) == (2, 1, {"duplicate": 1})


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "invalid"),
        ("Ahmet", "invalid"),
        ("530111223", "invalid"),
        ("0212 111 22 33", "landline"),
        ("+902121112233", "landline"),
        ("8501112233", "landline"),
        ("9" * 40, "invalid"),
    ],
)
def test_what_is_no_mobile_number_is_left_out_with_its_reason(firm, cell, reason):
    people, out = sieve(firm).sift(rows([cell]))
    assert people == []
    assert out == [LeftOut(2, reason, [cell])]


def test_a_row_without_the_column_is_invalid_and_one_without_a_field_lacks_it(firm):
    people, out = sieve(firm, "", "msisdn", "ad").sift(rows(["x"], ["x", "5301112233"]))
    assert [each.reason for each in out] == ["invalid"]
    assert people == [Person(905301112233, 3, ("",))]


def test_who_has_opted_out_is_left_out_in_the_order_of_the_file(firm):
    factories.opt_out(firm, "5301112233")
    people, out = sieve(firm).sift(rows(["5301112233"], ["5301112234"], ["x"]))
    assert [person.msisdn for person in people] == [905301112234]
    assert [(each.row, each.reason) for each in out] == [(2, "opted_out"), (4, "invalid")]


def test_another_firms_refusals_are_its_own(firm):
    factories.opt_out(factories.tenant(credits=0, sender=""), "5301112233")
    assert len(sieve(firm).sift(rows(["5301112233"]))[0]) == 1


def test_a_value_is_short_and_can_be_stored(firm):
    (person,), _ = sieve(firm, "msisdn", "ad").sift(rows(["5301112233", " A\x00li" + "x" * 300]))
    assert person.values[0].startswith("Ali")
    assert len(person.values[0]) == 200


number = st.integers(905300000000, 905599999999)
value = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=30, deadline=None)
@given(
    people=st.lists(st.tuples(number, value, value), max_size=40),
    skip=st.integers(0, 50),
    at_once=st.integers(1, 50),
)
@pytest.mark.parametrize("columns", [("msisdn",), ("msisdn", "ad", "soyad")])
def test_what_is_packed_is_read_again_from_any_place(columns, people, skip, at_once):
    firm, plain = factories.tenant(credits=0, sender=""), len(columns) == 1
    packed = [
        Person(n, 0 if plain else row, () if plain else tuple(rest))
        for row, (n, *rest) in enumerate(people, 2)
    ]
    stored = vault.keep(
        tenant=firm,
        chunks=[lists.packed(packed, plain=plain)],
        name="l",
        purpose=lists.PURPOSE,
        limit=lists.LIMIT,
    )
    made = Campaign(tenant=firm, kept=stored, columns=list(columns))
    reader = lists.Reader(made, skip=skip)
    assert reader.people(1000) == packed[skip:]
    assert [person for batch in lists.batches(made, at_once) for person in batch] == packed


def test_a_list_that_retention_took_is_not_there(firm):
    made = campaign(firm, ["5301112233"])
    vault.remove(made.kept)
    made.refresh_from_db()
    with pytest.raises(NotFound):
        lists.Reader(made)


def test_another_firm_sees_no_campaign(firm):
    made = campaign(firm, ["5301112233"])
    assert str(made) == "Mayıs"
    with scope.of(factories.tenant(credits=0, sender="").pk):
        assert not Campaign.objects.filter(pk=made.pk).exists()


def test_what_was_not_launched_has_no_message(firm):
    with pytest.raises(ValueError, match="not launched"):
        campaign(firm, ["5301112233"]).sent_as  # noqa: B018


def test_who_was_left_out_is_not_known_for_ever(firm):
    with pytest.raises(NotFound):
        list(leftout.read(campaign(firm, ["5301112233"])))
