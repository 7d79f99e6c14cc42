"""Fixtures of tests that make many users or accounts in little time; import them into a conftest."""

import pytest

from gateways import accounts


@pytest.fixture(autouse=True)
def fresh_accounts():
    """Accounts are remembered for seconds; tests are faster than that."""
    accounts.forget()
    yield
    accounts.forget()


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nobody logs in here, so no password needs to be slow."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
