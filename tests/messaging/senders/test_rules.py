"""Which names may be asked for, and of which a reviewer is warned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.senders import approval, rules
from messaging.senders.models import SenderId
from tenants.actors import Actor
from tests import factories


@pytest.mark.parametrize(
    "label", ["ABCSIRKET", "a", "Ab-9.x", "0850ABC", "A.S", "SMSMERKEZI", "TR", "X.TRX", "MARKA.", "-A-"]
)
def test_names_that_may_be_asked_for(label):
    rules.check(label)


@pytest.mark.parametrize(
    ("label", "refusal"),
    [
        *(
            (label, rules.BadLabel)
            for label in ("", "ONIKIHARFLIK", "ŞİRKET", "A B", "A_B", "A\n", "<b>", "A\x00")
        ),
        *((label, rules.OnlyDigits) for label in ("8501234567", "0-0", "...", "1.2")),
        *((label, rules.LooksLikeDomain) for label in ("ornek.com", "X.TR", "abc.com.tr", "A-B.Net")),
        *((label, rules.Generic) for label in ("INFO", "sms", "Notice", "ALERT", "I.N.F.O", "SMS1", "-sms-")),
    ],
)
def test_names_that_may_not(label, refusal):
    with pytest.raises(rules.BadLabel) as refused:
        rules.check(label)
    assert type(refused.value) is refusal
    assert refused.value.field == "label"


@given(st.text(max_size=14))
def test_what_may_be_asked_for_may_be_stored_and_sent_under(label):
    try:
        rules.check(label)
    except rules.BadLabel:
        return
    assert rules.LABEL.fullmatch(label)
    assert 1 <= len(label) <= 11


@pytest.fixture
def theirs(db):
    return factories.tenant(credits=0, sender="ISBILGI")


def cautions(label: str) -> list[str]:
    made = approval.apply_for(by=Actor(factories.tenant(credits=0, sender="")), label=label)
    return [found.code for found in rules.cautions(made)]


@pytest.mark.parametrize("label", ["1SBILGI", "lSBiLGl", "isbilgi", "IS-BILGI", "I.S.B1LG1"])
def test_a_name_that_passes_for_another_firms_is_pointed_out(theirs, label):
    assert cautions(label) == ["lookalike"]


def test_the_same_name_of_another_firm_is_pointed_out_with_the_firm(theirs):
    made = approval.apply_for(by=Actor(factories.tenant(credits=0, sender="")), label="ISBILGI")
    (found,) = rules.cautions(made)
    assert (found.code, theirs.name in found.text) == ("taken", True)


def test_names_of_ones_own_and_names_that_are_not_approved_warn_of_nothing(theirs):
    assert cautions("ISBILGIX") == []
    own = approval.apply_for(by=Actor(theirs), label="isbilgi")
    assert list(rules.cautions(own)) == []
    SenderId.objects.filter(tenant=theirs).update(state="banned")
    assert cautions("1SBILGI") == []


def test_a_very_short_name_is_pointed_out(db):
    assert cautions("AB") == ["short"]
    assert cautions("ABC") == []
