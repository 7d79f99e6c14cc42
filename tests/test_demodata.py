"""What a fresh demo holds is what demo.json promises (architecture §9)."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from billing import ledger
from gateways import accounts, registry
from gateways.models import GatewayAccount
from messaging.contacts.models import OptOut
from messaging.senders import approval
from messaging.senders.models import SenderId
from smsmerkezi import demodata
from smsmerkezi.core import phones
from tenants import login, tokens
from tenants.limits import Limit
from tenants.models import Tenant, User

SIMULATOR = "http://127.0.0.1:9"


@pytest.fixture
def made(db, settings):
    settings.SIMULATOR_URL = SIMULATOR
    return demodata.load()


def test_there_is_one_account_of_each_kind(made):
    roles = {name: User.objects.get(email=account["email"]).role for name, account in made.items()}
    assert roles == {
        "super_admin": "super_admin",
        "admin": "admin",
        "operator": "operator",
        "viewer": "viewer",
        "other_admin": "admin",
    }


def test_every_account_can_log_in_and_its_token_may_do_everything(made):
    for account in made.values():
        caller = login.Caller("127.0.0.1")
        step = login.log_in(email=account["email"], password=account["password"], caller=caller)
        opened = tokens.authenticate(bearer=account["token"], scope="api", limit=Limit(60, 60))
        assert (step.missing, opened.user.pk) == (None, step.user.pk)
        assert opened.token.abilities == ["*"]


def test_three_people_share_a_firm_and_the_other_admin_has_another(made):
    firms = {made[name]["tenant_id"] for name in ("admin", "operator", "viewer")}
    assert len(firms) == 1
    assert made["other_admin"]["tenant_id"] not in firms
    assert made["super_admin"]["tenant_id"] is None


def test_the_firms_have_their_credit_through_the_ledger(made):
    credit = [
        ledger.account_of(Tenant.objects.get(pk=made[name]["tenant_id"])).available
        for name in ("admin", "other_admin")
    ]
    assert credit == [100_000, 50]
    assert ledger.mismatches() == {"sums": 0, "breaks": 0}


def test_the_firm_may_write_as_the_sender_of_the_first_curl(made):
    firm = Tenant.objects.get(pk=made["admin"]["tenant_id"])
    assert approval.approved_labels(firm) == ["SMSMERKEZI"]
    assert (firm.gateway, firm.default_originator) == ("mock", "SMSMERKEZI")


def test_one_number_is_opted_out(made):
    firm = Tenant.objects.get(pk=made["admin"]["tenant_id"])
    numbers = OptOut.objects.of(firm).values_list("msisdn", flat=True)
    assert list(numbers) == [phones.normalise(demodata.OPTED_OUT)]


def test_every_road_leads_to_the_simulator(made):
    assert set(GatewayAccount.objects.values_list("base_url", flat=True)) == {SIMULATOR}
    assert [slug for slug, _ in accounts.states()] == ["kobikom", "netgsm", "mock"]
    assert accounts.default().slug == "mock"
    assert all(registry.get(slug).base_url == SIMULATOR for slug, _ in accounts.states())


def test_on_a_later_start_the_roads_follow_the_simulator(made, settings):
    settings.SIMULATOR_URL = "http://127.0.0.1:10"
    demodata.repoint()
    assert set(GatewayAccount.objects.values_list("base_url", flat=True)) == {"http://127.0.0.1:10"}


def test_preparing_twice_loads_once_and_keeps_the_passwords(db, settings, tmp_path):
    settings.SIMULATOR_URL = SIMULATOR
    kept = tmp_path / "accounts.json"
    call_command("prepare", accounts=kept)
    first = json.loads(kept.read_text())
    call_command("prepare", accounts=kept)
    assert json.loads(kept.read_text()) == first
    assert Tenant.objects.count() == 2


def test_data_without_their_passwords_are_not_overwritten(made, tmp_path):
    with pytest.raises(CommandError, match="is gone"):
        call_command("prepare", accounts=tmp_path / "accounts.json")


def test_a_name_waits_for_a_decision(made):
    waiting = SenderId.objects.get(state="pending")
    assert (waiting.label, waiting.applicant, waiting.document.name) == ("ORNEKMARKA", "brand", "tescil.pdf")
