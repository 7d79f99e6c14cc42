"""P18 a restore does not send again."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_a_copy_of_the_database_sends_nothing_that_left_after_it_was_made():
    figures = figures_of("p18", messages=300)
    assert figures["ready_at_the_copy"] == 300
    assert figures["left_meanwhile"] >= 150
