"""P23 clock errors do no harm."""

import os
import subprocess
import sys
import time

import pytest

from tests.promises.running import figures_of
from tests.soak import p23

pytestmark = pytest.mark.servers
TOLD = "import time, datetime; print(time.time()); print(datetime.datetime.now().timestamp())"


def test_whoever_is_sent_into_a_wrong_time_believes_it():
    for seconds in (p23.HOUR, -p23.HOUR):
        environment = {**os.environ, **p23.shift(seconds)}
        told = subprocess.check_output([sys.executable, "-c", TOLD], env=environment, text=True)
        for clock in map(float, told.split()):
            assert abs(clock - time.time() - seconds) < 30


def test_workers_an_hour_off_send_nothing_early_and_nothing_twice():
    figures = figures_of("p23", messages=200)
    assert figures["wrong_clocks"] == 5
    assert figures["cancelled"] + figures["too_late"] == 100
