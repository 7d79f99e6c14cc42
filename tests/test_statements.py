"""Statements over libpq say and read what psycopg's own cursor says and reads."""

import threading
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from smsmerkezi import database, statements

pytestmark = pytest.mark.django_db
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
MOMENT = datetime(2026, 5, 7, 10, 23, 45, 123456, tzinfo=UTC)
REF = UUID("6f1f7a4e-0d53-4b3a-9a3b-3f8f3f0f2a11")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bigint", 2**62),
        ("bigint", -1),
        ("smallint", None),
        ("boolean", True),
        ("boolean", False),
        ("float8", 0.1),
        ("float8", float("inf")),
        ("text", "İğne 'tırnak' \\ ters \" çift {1,2} NULL"),
        ("text", ""),
        ("uuid", REF),
        ("timestamptz", MOMENT),
        ("bigint[]", [1, 2, -3]),
        ("bigint[]", []),
        ("bigint[]", [1, None]),
        ("text[]", ["a", None, "NULL", "", '"', "\\", "a,b", "{}", "ğ"]),
        ("float8[]", [0.5, 1e300]),
        ("timestamptz[]", [MOMENT, None]),
        ("uuid[]", [REF]),
    ],
)
def test_a_value_comes_back_as_it_went(kind, value):
    assert database.rows(f"SELECT %(it)s::{kind}", {"it": value}) == [(value,)]


class Anything(TestCase):
    @settings(max_examples=50, deadline=None)
    @given(st.lists(TEXT | st.none()))
    def test_any_list_of_texts_comes_back(self, texts):
        assert database.rows("SELECT %(it)s::text[]", {"it": texts}) == [(texts,)]

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.integers(-(2**63), 2**63 - 1)))
    def test_any_list_of_numbers_comes_back(self, numbers):
        assert database.rows("SELECT %(it)s::bigint[]", {"it": numbers}) == [(numbers,)]


def test_a_parameter_may_stand_twice():
    assert database.rows("SELECT %(a)s::int + %(b)s::int, %(a)s::int", {"a": 2, "b": 3}) == [(5, 2)]


def test_every_row_is_read_in_order():
    assert database.rows("SELECT n, n * 2 FROM generate_series(1, 3) AS s(n)", {}) == [(1, 2), (2, 4), (3, 6)]


def test_a_statement_without_rows_answers_none():
    assert database.rows("SELECT 1 WHERE false", {}) == []
    assert database.rows("SET LOCAL lock_timeout = 5000", {}) == []
    assert database.row("SELECT 1 WHERE false", {}) is None


def test_text_that_cannot_be_kept_is_refused_and_not_cut():
    with pytest.raises(DataError), transaction.atomic():
        database.rows("SELECT %(it)s::text", {"it": "kes\x00ik"})


def test_a_value_of_an_unknown_kind_is_a_mistake_of_ours():
    with pytest.raises(TypeError):
        database.rows("SELECT %(it)s::text", {"it": {1}})


def test_two_queries_never_share_a_name():
    queries = [f"SELECT {n} AS a{n}" for n in range(200)]
    threads = [
        threading.Thread(target=lambda: [statements.statement(each) for each in queries]) for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({statements.statement(query).name for query in queries}) == len(queries)


def test_a_query_is_prepared_once_and_kept():
    for _ in range(3):
        database.rows("SELECT 4711 AS prepared_once", {})
    known = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %(like)s"
    assert database.rows(known, {"like": "SELECT 4711 AS prepared_once"}) == [(1,)]


def test_a_violated_rule_arrives_as_djangos_error_with_its_code():
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        database.rows("INSERT INTO billing_account (tenant_id, balance, reserved) VALUES (1, -1, 0)", {})
    assert database.sqlstate(caught.value) == "23514"
    assert database.constraint(caught.value) == "account_reserved_within_balance"


@pytest.mark.django_db(transaction=True)
def test_a_statement_belongs_to_the_transaction_around_it():
    with transaction.atomic():
        database.rows("CREATE TABLE never_there (a int)", {})
        transaction.set_rollback(True)
    assert database.rows("SELECT to_regclass('never_there') IS NULL", {}) == [(True,)]


@pytest.mark.django_db(transaction=True)
def test_a_lost_server_is_an_outage_and_the_next_connection_works():
    pid = database.rows("SELECT pg_backend_pid()", {})[0][0]
    with psycopg.connect(
        connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with pytest.raises(OperationalError):
        database.rows("SELECT pg_backend_pid()", {})
    connection.close_if_unusable_or_obsolete()
    assert database.rows("SELECT pg_backend_pid()", {})[0][0] != pid
