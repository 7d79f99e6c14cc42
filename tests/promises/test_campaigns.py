"""P1-P3 and P11 of a campaign: from a messy file, paused and resumed, while its workers are killed."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_a_campaign_reaches_each_person_once_whatever_dies_meanwhile():
    figures = figures_of("campaign", messages=1000)
    assert figures["refused_meanwhile"] == 30
    assert figures["kills"] >= 3, "nothing was killed"
