"""P7 after trouble everything ends."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_once_the_faults_stop_nothing_stays_open_but_what_nobody_can_know():
    figures = figures_of("p7", messages=700)
    assert figures["kills"] >= 3
    assert figures["unknown_d"] >= 1, "a gateway that proves nothing leaves doubts"
    assert figures["settled_in"] <= 30
