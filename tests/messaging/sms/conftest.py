import pytest

from gateways import accounts, circuit
from messaging.sms import ids, invariants, points
from tests.messaging.sms.world import World


@pytest.fixture(autouse=True)
def _own_ground(settings):
    """Cheap passwords, no account of an earlier test, no watcher left behind."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    accounts.forget()
    circuit.forget()
    yield
    points.watch(None)
    ids.recipients.forget()
    accounts.forget()
    circuit.forget()


@pytest.fixture
def world(transactional_db):
    """A firm on a class B road. Workers commit, so does the test; whatever it did, the invariants hold."""
    yield World()
    assert invariants.broken() == {}
