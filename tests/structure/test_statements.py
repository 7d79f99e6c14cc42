"""Every statement of the hot path is one that PostgreSQL can prepare without being told the types."""

import importlib
import pkgutil

import pytest
from django.db import connection

from billing import ledger
from gateways import circuit, health
from messaging.sms import ids, reading, store
from smsmerkezi import statements
from tenants import tokens

MODULES = [
    ids,
    reading,
    tokens,
    ledger,
    circuit,
    health,
    *(
        importlib.import_module(f"{store.__name__}.{each.name}")
        for each in pkgutil.iter_modules(store.__path__)
    ),
]


def _is_whole(name, query):
    """Not a piece that others are made of."""
    return name.isupper() and not name.startswith("_") and not name.endswith("_SUMS") and "{" not in query


FIRST_WORDS = ("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")
QUERIES = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, str) and value.strip().startswith(FIRST_WORDS) and _is_whole(name, value)
}


def test_there_are_statements():
    assert "messaging.sms.store.accept.ACCEPT" in QUERIES
    assert len(QUERIES) > 20


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(QUERIES))
def test_postgresql_knows_every_type(name):
    statement = statements.statement(QUERIES[name])
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE known AS {statement.text.decode()}")
        cursor.execute("DEALLOCATE known")
