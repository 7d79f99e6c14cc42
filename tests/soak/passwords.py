"""One-time passwords, accepted one by one in a thread of the soak: no door of HTTP takes them yet."""

import itertools
import threading
import time
from dataclasses import dataclass, field

from django.db import connection

from messaging.sms import sending
from messaging.sms.models import Message
from tenants.actors import Actor
from tests.soak.clients import Promise

NUMBERS = (905_390_000_000 + n for n in itertools.count(1) if n % 10_000 > 9)  # none with a fate of its own


@dataclass
class Passwords:
    """A firm's, each so many seconds after the one before; longer apart than a drain lingers, each needs a bell."""

    actor: Actor
    every: float
    kept: list[Promise] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def start(self, count: int = 1_000_000) -> threading.Thread:
        thread = threading.Thread(target=self._send, args=(count,), daemon=True)
        thread.start()
        return thread

    def _send(self, count: int) -> None:
        try:
            for _ in range(count):
                self.kept.append(self._one(next(NUMBERS)))
                if self.enough.wait(self.every):
                    return
        finally:
            connection.close()

    def _one(self, number: int) -> Promise:
        order = sending.Order(body="Doğrulama: 482913", recipients=[f"+{number}"], kind=Message.Kind.OTP)
        accepted = sending.send_sms(by=self.actor, order=order)
        return Promise(accepted.id, accepted.parts, [number], time.time())
