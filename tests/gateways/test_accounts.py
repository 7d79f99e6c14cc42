"""Accounts: what the database holds to, what is cached, and what nobody may see."""

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from gateways import accounts, registry, snapshot
from gateways.base import Reference
from gateways.fields import Credentials
from gateways.kobikom import Kobikom
from gateways.mock import Mock
from gateways.models import GatewayAccount
from gateways.netgsm import PROFILE, NetGsm
from smsmerkezi.core.errors import DomainError

pytestmark = pytest.mark.django_db
CANARY = "kanarya-4711"


@pytest.fixture(autouse=True)
def _fresh():
    accounts.forget()
    yield
    accounts.forget()


def account(slug="mock", vendor="mock", **fields) -> GatewayAccount:
    given = {"title": slug, "base_url": "http://127.0.0.1:1", "credentials": {"token": CANARY}, **fields}
    made = GatewayAccount.objects.create(slug=slug, vendor=vendor, **given)
    accounts.forget()
    return made


def stored(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM gateways_gatewayaccount")
        return cursor.fetchone()[0]


def test_credentials_are_ciphertext_in_the_database():
    made = account()

    assert CANARY not in stored("credentials")
    made.refresh_from_db()
    assert made.credentials == {"token": CANARY}


def test_credentials_are_shown_nowhere():
    made = account()
    made.refresh_from_db()

    shown = [
        repr(made),
        str(made),
        repr(made.credentials),
        f"{made.credentials}",
        serializers.serialize("json", [made]),
    ]
    assert [each for each in shown if CANARY in each] == []
    assert repr(Credentials({"a": "1", "b": "2"})) == "<Credentials>"


@pytest.mark.parametrize("rubbish", ["token", ["token"], {"token": 1}, {1: "token"}])
def test_credentials_are_pairs_of_words(rubbish):
    with pytest.raises(ValidationError, match="ad ve değer"):
        account(credentials=rubbish)


def test_no_credentials_are_none():
    made = account(credentials={})
    made.refresh_from_db()
    assert made.credentials == {}


def test_credentials_are_written_anew_with_the_newest_key(settings):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.SECRETS_KEYS = [old]
    made = account()
    settings.SECRETS_KEYS = [new, old]

    assert accounts.reencrypt() == 1

    settings.SECRETS_KEYS = [new]
    made.refresh_from_db()
    assert made.credentials == {"token": CANARY}


@pytest.mark.parametrize(
    ("column", "value"), [("state", "'asleep'"), ("slug", "''"), ("vendor", "''"), ("slug", "'mock'")]
)
def test_the_database_refuses_what_makes_no_sense(column, value):
    account()
    other = account("other")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE gateways_gatewayaccount SET {column} = {value} WHERE id = {other.pk}")


def test_there_is_one_default():
    account(is_default=True)
    account("second")
    assert accounts.default().slug == "mock"

    with pytest.raises(IntegrityError), transaction.atomic():
        account("third", is_default=True)


def test_without_a_default_there_is_none():
    account()
    assert accounts.default() is None


@pytest.mark.parametrize(
    "address", ["ftp://x", "http://", "http://a b", "http://u:p@host", "http://host/?q=1"]
)
def test_an_address_that_is_none_is_refused_in_the_admin(address):
    made = account()
    made.base_url = address
    with pytest.raises(ValidationError) as refusal:
        made.full_clean()
    assert "base_url" in refusal.value.message_dict


def test_an_account_is_found_without_a_query(django_assert_num_queries):
    account(options={"class": "A"})
    accounts.get("mock")

    with django_assert_num_queries(0):
        assert accounts.get("mock").vendor == "mock"
        assert accounts.usable("mock")
        assert accounts.profile_of("mock").suffix_reserve == 0
        assert accounts.states() == [("mock", "operational")]


def test_a_change_is_obeyed_within_seconds(monkeypatch):
    account()
    assert accounts.usable("mock")
    GatewayAccount.objects.update(state=GatewayAccount.State.DOWN)
    assert accounts.usable("mock")

    monkeypatch.setattr(snapshot, "MAX_AGE", 0.0)

    assert not accounts.usable("mock")
    assert snapshot.MAX_AGE <= 5


@pytest.mark.parametrize(
    ("state", "usable"), [("operational", True), ("degraded", True), ("down", False), ("disabled", False)]
)
def test_only_a_road_that_is_open_is_used(state, usable):
    account(state=state)
    assert accounts.usable("mock") is usable


@pytest.mark.parametrize("ask", [accounts.get, accounts.profile_of, registry.get, registry.vendor])
def test_an_unknown_name_is_refused_with_a_code(ask):
    with pytest.raises(DomainError) as refusal:
        ask("yok")
    assert (refusal.value.code, refusal.value.field) == ("unknown-gateway", "gateway")
    assert not accounts.usable("yok")


def test_an_account_of_an_unknown_vendor_is_refused_with_a_code():
    account("eski", vendor="gone")
    with pytest.raises(registry.UnknownGateway):
        registry.get("eski")


@pytest.mark.parametrize(("vendor", "expected"), [("mock", Mock), ("netgsm", NetGsm), ("kobikom", Kobikom)])
def test_each_vendor_has_one_class(vendor, expected):
    account("a", vendor=vendor)
    assert type(registry.get("a")) is expected
    assert {"mock", "netgsm", "kobikom"} <= set(registry.VENDORS)


def test_a_gateway_is_built_once_and_again_after_a_change():
    made = account(options={"class": "A"})
    first = registry.get("mock")
    assert registry.get("mock") is first
    assert first.capabilities.reference is Reference.UNIQUE

    made.options = {"class": "D"}
    made.save()
    accounts.forget()

    assert registry.get("mock").capabilities.reference is Reference.NONE


def test_the_installations_times_hold_where_an_account_has_none(settings):
    settings.SEND_TIMEOUT, settings.SEND_QUIET = 7, 70
    plain = registry.build(account())
    own = registry.build(account("own", options={"quiet": 1.5, "timeout": 2}))

    assert (plain.options["timeout"], plain.capabilities.quiet.total_seconds()) == (7, 70)
    assert (own.options["timeout"], own.capabilities.quiet.total_seconds()) == (2, 1.5)


def test_a_vendors_profile_is_its_accounts():
    account("n", vendor="netgsm")
    assert accounts.profile_of("n") is PROFILE
