"""`FREEZE=N python -m tests.soak.freezer QUEUE`: a worker that stops itself (SIGSTOP) where it hurts most, once.

N exchanges have looked at the clock for the last time, and none has written its first byte (send-protocol §3.4).
"""

import os
import signal
import sys
import threading

import django
from django.core.management import call_command

from gateways.base import Outcome, Parcel
from gateways.mock import Mock

frozen = threading.Event()


def freeze() -> None:
    frozen.set()
    os.kill(os.getpid(), signal.SIGSTOP)


class Freezing(Mock):
    """The last exchange to come stops the process, before any of those that waited for it goes on."""

    together = threading.Barrier(int(os.environ.get("FREEZE", "1")), action=freeze)

    def send(self, parcel: Parcel) -> Outcome:
        if not frozen.is_set():
            self.together.wait(timeout=5)
        return super().send(parcel)


if __name__ == "__main__":
    django.setup()
    from gateways import registry

    registry.VENDORS["mock"] = "tests.soak.freezer.Freezing"
    call_command("worker", sys.argv[1])
