"""P22 a deploy does no harm."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_every_process_is_restarted_while_messages_come():
    figures = figures_of("p22", messages=400)
    assert figures["restarts"] >= 8
    assert figures["unknown"] == figures["server_errors"] == figures["broken_off"] == 0
