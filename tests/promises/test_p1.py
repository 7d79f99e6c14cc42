"""P1 nothing lost, P2 nothing twice, P3 charged exactly, while everything fails."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_nothing_is_lost_doubled_or_mischarged_while_everything_fails():
    """Processes are killed -9, PostgreSQL crashes, Redis is emptied twice, the operator swallows one answer in four."""
    figures = figures_of("p1", messages=600)
    assert figures["acknowledged"] == 600
    assert figures["attempts_per_submission"] > 1, "no fault was ever met"
    assert figures["kills"] >= 3
