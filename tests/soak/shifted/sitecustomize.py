"""Python imports this at its start where this folder is on PYTHONPATH: the process then lives in a wrong time.

CLOCK_SHIFT is by how many seconds its clock is ahead; with CLOCK_STEP it jumps to as much behind and back every so many
seconds, as a clock does that an NTP daemon steps. What counts durations (time.monotonic) stays right, as it does there.
"""

import itertools
import os
import threading
import time

import time_machine

SHIFT = float(os.environ["CLOCK_SHIFT"])
STEP = float(os.environ.get("CLOCK_STEP", "0"))


def step(clock: time_machine.Traveller) -> None:
    for sign in itertools.cycle((-1, 1)):
        time.sleep(STEP)
        clock.shift(sign * 2 * SHIFT)


clock = time_machine.travel(time.time() + SHIFT, tick=True).start()
if STEP:
    threading.Thread(target=step, args=(clock,), daemon=True).start()
