"""`python -m tests.soak.mortals`: the platform's own family of processes, one of which is killed -9 every so often.

Its parent stays free of threads, so that it may fork. SIGUSR1 ends the killing, SIGTERM everything.
"""

import argparse
import os
import random
import signal
import sys
import time
from pathlib import Path

import django

from smsmerkezi.embedded import forks

STEP = 0.05


class Mortals:
    def __init__(self, members, logs, every, seed):
        self.members, self.logs, self.every = members, logs, every
        self.dice = random.Random(seed)
        self.alive, self.killed = {}, 0

    def start(self, name):
        self.alive[name] = forks.Fork(self.members[name], log=self.logs / f"{name}.log")

    def run(self):
        """Until SIGTERM."""
        for name in self.members:
            self.start(name)
        due = time.monotonic() + self.every + 2
        while True:
            if self.every and time.monotonic() >= due:
                due = time.monotonic() + self.every
                self.kill()
            for name, child in list(self.alive.items()):
                if child.poll() is not None:
                    self.start(name)
            time.sleep(STEP)

    def kill(self):
        name = self.dice.choice(sorted(self.alive))
        os.kill(self.alive[name].pid, signal.SIGKILL)
        self.killed += 1
        (self.logs / f"killed-{self.killed}-{name}").touch()

    def have_mercy(self, *_):
        self.every = 0

    def end(self):
        for child in self.alive.values():
            child.ask()
        for child in self.alive.values():
            child.stop()


def main():
    grammar = argparse.ArgumentParser()
    grammar.add_argument("--port", type=int)
    grammar.add_argument("--logs", type=Path)
    grammar.add_argument("--seed", type=int)
    grammar.add_argument("--every", type=float)
    wanted = grammar.parse_args()
    django.setup()
    from smsmerkezi import family, warmth
    from smsmerkezi.wsgi import application

    warmth.warm_up(application.inner)
    mortals = Mortals(family.members(wanted.port), wanted.logs, wanted.every, wanted.seed)
    signal.signal(signal.SIGUSR1, mortals.have_mercy)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        mortals.run()
    finally:
        mortals.end()


if __name__ == "__main__":
    main()
