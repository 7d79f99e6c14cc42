import pytest

from tenants.models import Tenant
from tests import factories
from tests.api import doors
from tests.quick import fresh_accounts, quick_passwords

__all__ = ["fresh_accounts", "quick_passwords"]


@pytest.fixture
def firm(db) -> Tenant:
    factories.gateway("mock", default=True)
    return factories.tenant()


@pytest.fixture
def door(firm) -> doors.Door:
    """An administrator's token with every ability."""
    return doors.door(firm)
