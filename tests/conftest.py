"""What every test leaves behind is nothing."""

import pytest
from django.db import connection

TRAIL = ("tenants_auditentry", "tenants_auditlink", "tenants_audithead")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The trail may be emptied here, as Django does after each test that commits; nowhere else."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in TRAIL:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")


@pytest.fixture(autouse=True)
def _recipients_are_flushed_too(request, django_db_blocker):
    """Django flushes the tables it manages; the partitioned one it does not."""
    yield
    marker = request.node.get_closest_marker("django_db")
    committed = {"transactional_db", "live_server", "world"} & set(request.fixturenames)
    if committed or (marker and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE sms_recipient")
