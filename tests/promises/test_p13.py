"""P13 a big campaign delays neither an OTP nor another firm."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_passwords_and_another_firms_messages_overtake_a_campaign():
    figures = figures_of("p13", messages=30_000)
    assert (figures["otp"], figures["usual"]) == (30, 10)
