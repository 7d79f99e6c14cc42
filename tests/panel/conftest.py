"""A firm with a person in every role, and a browser without script for each."""

from types import SimpleNamespace

import pytest
from django.test import Client

from tenants.models import User
from tests import factories
from tests.proofs import prove, step_up_page

__all__ = ["step_up_page"]
BODY = "Merhaba, randevunuz yarın saat 14:00'tedir."


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    """Three people a test: an honest hash of each would be most of the suite's time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(db):
    factories.gateway(default=True)
    firm = factories.tenant(credits=100)
    roles = (User.Role.VIEWER, User.Role.OPERATOR, User.Role.ADMIN)
    return SimpleNamespace(firm=firm, **{role: factories.user(firm, role=role) for role in roles})


@pytest.fixture
def stranger(db):
    return entered(factories.user(factories.tenant()))


@pytest.fixture
def operator(world):
    return entered(world.operator)


@pytest.fixture
def viewer(world):
    return entered(world.viewer)


def entered(user, **headers):
    client = Client(headers=headers)
    factories.enter(client, user)
    return client


def proved(user):
    return prove(entered(user))


def htmx(client, method, path, data=None):
    return getattr(client, method)(
        path, data, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/gonder"}
    )


def compose(**changes):
    fields = {
        "originator": "SMSMERKEZI",
        "recipients": factories.number(1),
        "body": BODY,
        "when": "now",
        "key": "panel-1",
    }
    return {**fields, **changes}


def page(response):
    return response.content.decode()
