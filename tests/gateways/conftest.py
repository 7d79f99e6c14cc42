from collections.abc import Iterator

import pytest

from tests.gateways import simulators


@pytest.fixture
def simulator() -> Iterator[simulators.Remote]:
    with simulators.in_thread() as remote:
        yield remote
