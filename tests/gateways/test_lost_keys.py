"""Credentials that no key opens any more: that account's trouble, and nobody else's."""

from datetime import timedelta

import orjson
import pytest
from cryptography.fernet import Fernet
from django.db import connection

from gateways import accounts, circuit, fields, registry, setup
from gateways.models import GatewayAccount
from smsmerkezi.core import crypto
from tests import factories

pytestmark = pytest.mark.django_db
DETAILS = setup.Details(title="Yeni", base_url="https://gateway.ornek.test")
CANARY = "kanarya-4711"


@pytest.fixture(autouse=True)
def _fresh():
    accounts.forget()
    circuit.forget()
    yield
    accounts.forget()
    circuit.forget()


def lose_key(account):
    """As if its credentials had been written with a key that is gone."""
    words = orjson.dumps({"token": CANARY, registry.CALLBACK_KEY: "k"})
    sealed = Fernet(Fernet.generate_key()).encrypt(words).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE gateways_gatewayaccount SET credentials = %s WHERE id = %s", [sealed, account.pk]
        )
    accounts.forget()
    return GatewayAccount.objects.get(pk=account.pk)


@pytest.fixture
def lost():
    return lose_key(factories.gateway("kayip", default=True))


@pytest.fixture
def sound():
    return factories.gateway("saglam")


@pytest.fixture
def trail():
    return lambda *told: None


def test_the_others_are_read_and_built(lost, sound):
    assert accounts.get("saglam").credentials == {"token": "gizli"}
    assert registry.get("saglam").credentials["token"] == "gizli"
    assert accounts.usable("kayip")
    assert accounts.states() == [("kayip", "operational"), ("saglam", "operational")]


def test_it_is_not_spoken_for(lost):
    with pytest.raises(crypto.Undecryptable) as said:
        registry.get("kayip")
    assert CANARY not in str(said.value)


def test_what_it_can_is_still_known(lost):
    """A message for it is accepted and waits."""
    assert registry.build(lost).capabilities.max_batch == 1000
    assert accounts.profile_of("kayip").suffix_reserve == 0


@pytest.mark.parametrize("ask", [len, list, repr, bool, dict, lambda words: words["token"]])
def test_only_who_asks_for_a_secret_hears_that_it_is_lost(lost, ask):
    if ask is repr:
        assert ask(lost.credentials) == "<Credentials>"
    else:
        with pytest.raises(crypto.Undecryptable):
            ask(lost.credentials)


def test_credentials_are_opened_once(monkeypatch, sound):
    opened = []
    decrypt = crypto.decrypt
    monkeypatch.setattr(fields.crypto, "decrypt", lambda sealed: opened.append(sealed) or decrypt(sealed))
    found = GatewayAccount.objects.get(pk=sound.pk).credentials
    assert opened == []
    assert dict(found) == {"token": "gizli"}
    assert len(found) == 1
    assert len(opened) == 1


def test_no_callback_of_it_is_believed(lost):
    assert not accounts.is_callback_key("kayip", "k")
    assert not accounts.is_callback_key("kayip", "")
    assert registry.callback_url(lost) == ""


# Set it right again.


def test_its_credentials_can_be_entered_anew(lost, trail):
    setup.set_credentials(account_id=lost.pk, values={"token": "yeni"}, note=trail)
    accounts.forget()
    assert registry.get("kayip").credentials == {"token": "yeni"}


def test_it_can_be_changed_and_closed(lost, trail):
    details = setup.Details(title="Kapalı", base_url=lost.base_url, state="disabled")
    setup.change(account_id=lost.pk, details=details, note=trail)
    accounts.forget()
    assert not accounts.usable("kayip")


def test_its_options_are_checked_all_the_same(lost, trail):
    details = setup.Details(title="x", base_url="https://x.test", options={"ca_file": "/yok/boyle"})
    with pytest.raises(setup.BadAccount):
        setup.change(account_id=lost.pk, details=details, note=trail)


def test_a_new_callback_address_does_not_hide_that_the_rest_is_lost(lost, trail):
    with pytest.raises(setup.BadAccount, match="okunamıyor"):
        setup.renew_callback(account_id=lost.pk, note=trail)


def test_who_tries_it_out_is_told(lost):
    with pytest.raises(setup.Unreachable, match="okunamıyor"):
        setup.try_out(lost)


def test_the_others_are_written_with_the_new_key(lost, sound, settings, caplog):
    old, new = settings.SECRETS_KEYS, Fernet.generate_key().decode()
    settings.SECRETS_KEYS = [new, *old]
    assert accounts.reencrypt() == 1
    settings.SECRETS_KEYS = [new]
    accounts.forget()
    assert registry.get("saglam").credentials == {"token": "gizli"}
    assert [record.ids for record in caplog.records] == [{"gateway": "kayip"}]


def test_nothing_is_put_off_for_the_others(lost, sound):
    circuit.put_off("kayip", timedelta(minutes=1))
    assert circuit.state("saglam") == circuit.FINE
