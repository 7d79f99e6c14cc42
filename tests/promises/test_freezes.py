"""What a frozen worker does, and what it cannot be kept from (send-protocol §3.4)."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_frozen_workers_double_nothing_but_in_the_one_known_moment():
    """Stopped between the last look at the clock and the first byte, a message goes twice where only a look-up protects."""
    figures = figures_of("freezes", messages=140)
    assert figures["freezes"] >= 10
    assert figures["in_the_window"] == {"mock-a": 1, "mock-b": 2, "mock-c": 1, "mock-d": 1}
