"""P24 overload is refused, not swallowed."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_three_times_what_can_be_taken_is_refused_with_a_word_and_the_rest_handled():
    figures = figures_of("p24", messages=2_000)
    assert figures["accepted"] >= 100
    assert figures["refused"] >= 100
    assert figures["other_answers"] == {}
