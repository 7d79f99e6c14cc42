"""`database.transactional` against PostgreSQL itself: who met another in the wrong order is tried again, once and alone."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from smsmerkezi import database
from tenants.models import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


class Crossing:
    """Two threads, each of which wants first its own row and then the other's."""

    def __init__(self, around: Callable[[], AbstractContextManager[object]]) -> None:
        self.firms = [Tenant.objects.create(name=slug, slug=slug).pk for slug in "ab"]
        self.around = around
        self.met = threading.Barrier(2, timeout=10)
        self.tries = [0, 0]
        self.errors: list[DatabaseError] = []

    def run(self) -> None:
        threads = [threading.Thread(target=self._run, args=(n,)) for n in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    def _run(self, n: int) -> None:
        try:
            with self.around():
                self.rename(n)
        except DatabaseError as error:
            self.errors.append(error)
        finally:
            connection.close()

    @database.transactional
    def rename(self, n: int) -> None:
        self.tries[n] += 1
        self._mark(n, n)
        if self.tries[n] == 1:
            self.met.wait()
        self._mark(n, 1 - n)

    def _mark(self, n: int, row: int) -> None:
        firm = Tenant.objects.select_for_update().get(pk=self.firms[row])
        Tenant.objects.filter(pk=firm.pk).update(name=f"{firm.name}{n}")

    @property
    def names(self) -> list[str]:
        return sorted(Tenant.objects.values_list("name", flat=True))


def test_a_deadlock_of_two_is_tried_again_and_both_are_done_once():
    crossing = Crossing(nullcontext)
    crossing.run()
    assert crossing.errors == []
    assert sorted(crossing.tries) == [1, 2]
    assert crossing.names in (["a01", "b01"], ["a10", "b10"])


def test_inside_somebodys_transaction_a_deadlock_is_theirs_and_all_of_it_is_undone():
    crossing = Crossing(transaction.atomic)
    crossing.run()
    [error] = crossing.errors
    assert isinstance(error, OperationalError)
    assert database.sqlstate(error) == "40P01"
    assert crossing.tries == [1, 1]
    assert crossing.names in (["a0", "b0"], ["a1", "b1"])


@pytest.mark.parametrize(("sqlstate", "tries"), [("40P01", 3), ("40001", 3), ("55P03", 1), ("22012", 1)])
def test_only_a_conflict_is_tried_again_and_not_for_ever(sqlstate, tries):
    tried = []

    @database.transactional
    def work() -> None:
        tried.append(connection.in_atomic_block)
        database.rows(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END $$", {})

    with pytest.raises(DatabaseError, match="no") as failed:
        work()
    assert database.sqlstate(failed.value) == sqlstate
    assert tried == [True] * tries


def test_a_serialization_failure_is_tried_again_on_what_is_there_now():
    firm = Tenant.objects.create(name="a", slug="a")
    read = []

    @database.transactional
    def work() -> None:
        database.rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", {})
        read.append(Tenant.objects.get(pk=firm.pk).name)
        if len(read) == 1:
            thread = threading.Thread(target=lambda: (_rename(firm.pk, "b"), connection.close()))
            thread.start()
            thread.join(10)
        _rename(firm.pk, read[-1] + "!")

    work()
    assert read == ["a", "b"]
    firm.refresh_from_db()
    assert firm.name == "b!"


def _rename(pk: int, name: str) -> None:
    Tenant.objects.filter(pk=pk).update(name=name)
