import pytest
from django.db import connection, transaction

from billing import ledger
from tests import factories


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def firm(db):
    """A firm with 100 credits, 30 of them reserved."""
    firm = factories.tenant(credits=100, sender="")
    with transaction.atomic():
        ledger.reserve(tenant=firm, credits=30, reference="held")
    return firm


@pytest.fixture
def sql(db):
    """Run one statement as somebody with a database console would."""

    def run(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    return run
