"""P4 Redis is disposable."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_redis_may_be_killed_started_empty_and_stay_away():
    figures = figures_of("p4", messages=500)
    assert figures["acknowledged"] == 500
    assert figures["rare_p95_without"] > 0.3, "a bell was heard without Redis"
