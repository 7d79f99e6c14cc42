"""Messages of the demo's first firm, accepted as every message is."""

import itertools

from messaging.sms import sending
from messaging.sms.models import Message
from tenants.actors import Actor
from tenants.models import User

SENDER = "SMSMERKEZI"
TEXT = "Merhaba, randevunuz yarin saat 14.30. Iptal icin bizi arayin."
ADMIN = "yonetici@ornek.test"
_numbers = itertools.count()


def accept(*, messages: int, recipients: int, kind: int = Message.Kind.NORMAL) -> list[sending.Accepted]:
    user = User.objects.select_related("tenant").get(email=ADMIN)
    by = Actor(user.tenant, user)
    return [
        sending.send_sms(by=by, order=sending.Order(body=TEXT, recipients=numbers(recipients), kind=kind))
        for _ in range(messages)
    ]


def numbers(count: int) -> list[str]:
    """All different, none with a fate of its own in the simulator (those end in 0001 to 0007)."""
    return [f"+90532{n // 9000:03d}{1000 + n % 9000}" for n in itertools.islice(_numbers, count)]
