from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings

from gateways import accounts
from tests.permissions import world


@pytest.fixture(scope="module")
def everybody(django_db_setup, django_db_blocker) -> Iterator[world.World]:
    """Made once: every call is undone."""
    cheap = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with cheap, django_db_blocker.unblock(), transaction.atomic():
        # One transaction for a whole file, while others may have the machine.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield world.made()
        transaction.set_rollback(True)
    accounts.forget()
