"""P10 cancelled means not sent, scheduled means not early, and once."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_cancels_race_with_what_falls_due():
    figures = figures_of("p10", messages=300)
    assert figures["cancelled"] + figures["too_late"] == 150
    assert min(figures["cancelled"], figures["too_late"]) >= 10, "one side never won"
