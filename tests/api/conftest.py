import pytest

from gateways import accounts
from smsmerkezi.api import docs
from tenants.models import Tenant
from tests import factories
from tests.api import doors


@pytest.fixture(autouse=True)
def _fresh_accounts():
    """Accounts are remembered for seconds; tests are faster than that."""
    accounts.forget()
    docs.document.cache_clear()
    yield
    accounts.forget()


@pytest.fixture
def firm(db) -> Tenant:
    factories.gateway("mock", default=True)
    return factories.tenant()


@pytest.fixture
def door(firm) -> doors.Door:
    """An administrator's token with every ability."""
    return doors.door(firm)
