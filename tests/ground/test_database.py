import threading

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from smsmerkezi import database
from tenants.models import Tenant


def test_each_parameter_gets_its_type_once():
    written = database.typed("SELECT %(a)s, %(b)s WHERE %(a)s::text = ''", a="int", b="text")
    assert written == "SELECT %(a)s::int, %(b)s::text WHERE %(a)s::text = ''"


def test_a_parameter_without_a_type_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        database.typed("SELECT %(a)s")


@pytest.mark.django_db
class TestRows:
    @pytest.fixture(autouse=True)
    def _one_firm(self, db):
        self.firm = Tenant.objects.create(name="a", slug="a")

    def test_are_tuples(self):
        assert database.rows("SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t", {}) == [(1, "a"), (2, "b")]

    def test_the_first_of_them_or_none(self):
        assert database.row("SELECT 1 WHERE %(yes)s", {"yes": True}) == (1,)
        assert database.row("SELECT 1 WHERE %(yes)s", {"yes": False}) is None

    def test_a_statement_without_rows_has_none(self):
        assert database.rows("CREATE TEMPORARY TABLE passing (a int)", {}) == []

    def test_stand_in_djangos_transaction(self):
        with transaction.atomic():
            database.rows(
                "UPDATE tenants_tenant SET name = 'b' WHERE slug = %(slug)s", {"slug": self.firm.slug}
            )
            assert Tenant.objects.get().name == "b"
            transaction.set_rollback(True)
        assert Tenant.objects.get().name == "a"

    def test_are_asked_by_a_prepared_statement(self):
        for n in range(3):
            assert database.row("SELECT 'prepared' || %(n)s::text", {"n": str(n)}) == (f"prepared{n}",)
        found = database.rows("SELECT statement FROM pg_prepared_statements", {})
        assert [text for (text,) in found if "'prepared'" in text] == ["SELECT 'prepared' || $1::text"]


@pytest.mark.django_db(transaction=True)
class TestErrors:
    def test_are_djangos_with_postgresqls_word_for_them(self):
        with pytest.raises(DataError) as failed:
            database.rows("SELECT 1 / %(none)s::int", {"none": 0})
        assert database.sqlstate(failed.value) == "22012"
        assert database.detail(failed.value) == database.context(failed.value) == ""

    def test_may_say_where_and_what(self):
        code = "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'SM001', DETAIL = '1 2'; END $$"
        with pytest.raises(Exception, match="no") as failed:
            database.rows(code, {})
        assert (database.sqlstate(failed.value), database.detail(failed.value)) == ("SM001", "1 2")
        assert "PL/pgSQL" in database.context(failed.value)

    def test_a_server_that_never_answered_has_no_word(self):
        assert database.sqlstate(OperationalError("connection refused")) == ""
        assert database.context(IntegrityError()) == database.detail(IntegrityError()) == ""


@pytest.mark.django_db(transaction=True)
def test_every_thread_has_a_connection_of_its_own():
    seen = set()

    def ask() -> None:
        seen.add(database.row("SELECT pg_backend_pid()", {}))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert len(seen) == 3
