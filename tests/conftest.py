"""What every test leaves behind is nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import TransactionTestCase

from messaging.hours import policy
from smsmerkezi import scope


@pytest.fixture(autouse=True)
def _whose_rows_are_shown_is_forgotten():
    """A test opens doors with no middleware around it."""
    with scope.of(None):
        yield


class AlwaysOpen:
    """Hours in which a test may run: day and night."""

    def next_open(self, at):
        return policy.Opening(at, at + timedelta(days=3650))


@pytest.fixture(autouse=True)
def _any_hour_will_do():
    policy.believe(AlwaysOpen())
    yield
    policy.forget()


TRAIL = ("tenants_auditentry", "tenants_auditlink", "tenants_audithead")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The trail may be emptied here, as Django does after each test that commits; nowhere else."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in TRAIL:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")


# Django would truncate every table after each test that commits, and make its permissions anew: 0.3 s, a thousand times.
EMPTY = """
DO $$
DECLARE one regclass; has boolean; found text[] := '{}';
BEGIN
  FOR one IN SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
    AND relnamespace = 'public'::regnamespace
    AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission', 'hours_window',
      'hours_holiday')
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', one) INTO has;
    IF has THEN found := found || one::text; END IF;
  END LOOP;
  IF found <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(found, ', ') || ' CASCADE'; END IF;
END $$
"""


@pytest.fixture(scope="session", autouse=True)
def _only_full_tables_are_emptied():
    def teardown(case):
        with connection.cursor() as cursor:
            cursor.execute(EMPTY)

    before = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = before
