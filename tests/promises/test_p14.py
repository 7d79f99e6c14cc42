"""P14 fail-over never doubles."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_two_equal_roads_never_both_take_a_message_whatever_ails_the_first():
    figures = figures_of("p14", messages=400)
    assert set(figures["first_road_took"]) == {"refuses", "hangs", "fails", "slow"}
    assert figures["tried_by_both"] >= 1
