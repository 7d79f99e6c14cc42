"""A platform, with something on every screen."""

from types import SimpleNamespace

import pytest
from django.test import Client

from gateways import accounts
from messaging.contacts import platform_list
from messaging.senders import approval
from tenants import tokens
from tenants.actors import Actor
from tests import factories

SECRET = "cok-gizli-deger-93"


@pytest.fixture(autouse=True)
def fresh_snapshot():
    accounts.forget()
    yield
    accounts.forget()


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def staff(db):
    return factories.reviewer()


@pytest.fixture
def by(staff):
    return Actor(None, staff)


@pytest.fixture
def client(staff) -> Client:
    """A browser in which platform staff are logged in."""
    browser = Client()
    factories.enter(browser, staff)
    return browser


@pytest.fixture
def platform(staff):
    """One firm with people, a message, an opt-out, a token, and a sender that waits."""
    account = factories.gateway(default=True)
    firm = factories.tenant(credits=500)
    admin = factories.user(firm)
    waiting = approval.apply_for(by=Actor(firm, admin), label="BEKLEYEN")
    factories.opt_out(firm, factories.number(7, fate="4321"))
    platform_list.add(by=Actor(None, staff), numbers=[factories.number(8, fate="4321")])
    token = tokens.create(by=Actor(firm, admin), name="Test", abilities=["sms:send"])
    message = factories.sent(firm, factories.number(3), body="Merhaba dünya", originator=factories.SENDER)
    return SimpleNamespace(
        account=account, firm=firm, admin=admin, waiting=waiting, token=token, message=message
    )
