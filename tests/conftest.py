"""What every test leaves behind is nothing."""

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _recipients_are_flushed_too(request, django_db_blocker):
    """Django flushes the tables it manages; the partitioned one it does not."""
    yield
    marker = request.node.get_closest_marker("django_db")
    committed = {"transactional_db", "live_server", "world"} & set(request.fixturenames)
    if committed or (marker and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE sms_recipient")
