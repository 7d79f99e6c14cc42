"""A firm, its road and its messages; and time, which moves when a test says so."""

from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F, Q

from gateways import circuit
from gateways.models import Circuit
from messaging.sms import delivery, dispatch, points, reconcile, sending, sweeping
from messaging.sms.models import Attempt, Message, Submission
from tenants.actors import Actor
from tenants.models import User
from tests import factories
from tests.messaging.sms import fakes

LANE = Submission.Lane.SMS
State = Submission.State
VISIBLE_AFTER = 600  # seconds until a look-up shows what was taken late; less than the road's quiet period
TIMES = ("lease_until", "due_at", "expires_at", "last_tx_at", "next_check_at", "handed_over_at")


class Died(BaseException):
    """The process ended here. Nothing of ours catches it; the server rolls back what was open."""


class World:
    """One firm whose messages go to one operator."""

    def __init__(self, letter: str = "B", *, credits: int = 1000, **operator) -> None:
        self.operator = fakes.Operator(letter, **operator)
        self.road = fakes.road(self.operator)
        self.firm = factories.tenant(credits=credits, gateway=self.operator.slug)
        self.actor = actor_of(self.firm)

    def accept(self, *recipients: str, key: str | None = None, **order) -> Message:
        """A message accepted the way every customer's message is."""
        wanted = factories.order(*recipients, **order)
        accepted = sending.send_sms(by=self.actor, order=wanted, idempotency_key=key)
        return Message.objects.get(pk=accepted.id)

    def drain(self, lane: int = LANE) -> int:
        return dispatch.drain(lane, linger=0)

    def sent(self, *recipients: str, **order) -> Message:
        """Accepted and handed to the operator, whatever that did."""
        message = self.accept(*recipients, **order)
        self.drain()
        message.refresh_from_db()
        return message

    def account(self):
        """(balance, reserved) now."""
        account = type(self.firm.account).objects.get(pk=self.firm.pk)
        return account.balance, account.reserved


def actor_of(firm) -> Actor:
    return Actor(firm, User(tenant=firm, role=User.Role.ADMIN))


def numbers(count: int, fate: str = "0001") -> list[str]:
    return [factories.number(n, fate=fate) for n in range(1, count + 1)]


def pass_time(seconds: float, world: World | None = None) -> None:
    """As if everything under way, of this firm or of all, had begun so much earlier."""
    rows = Submission.objects.filter(tenant_id=world.firm.pk) if world else Submission.objects.all()
    if world and seconds >= VISIBLE_AFTER:
        world.operator.seen = True
    rows.update(**{name: F(name) - timedelta(seconds=seconds) for name in TIMES})
    passed = timedelta(seconds=seconds)
    Circuit.objects.update(open_until=F("open_until") - passed, asks_after=F("asks_after") - passed)
    circuit.forget()


def only(message: Message) -> Submission:
    """The one submission of a message, as it is now."""
    return Submission.objects.get(message_id=message.pk)


def states(message: Message) -> list[int]:
    return [recipient.state for recipient in factories.recipients(message)]


def attempts(message: Message) -> list[tuple[int, str]]:
    rows = Attempt.objects.filter(submission_id__in=message.submissions.values("pk")).order_by(
        "submission_id", "fence"
    )
    return [(row.fence, row.outcome) for row in rows]


@contextmanager
def dying_at(point: str, *, times: int = 1):
    """The process dies when it reaches `point`; how often is left in the yielded list."""
    deaths = []

    def die(name: str) -> None:
        if name == point and len(deaths) < times:
            deaths.append(name)
            raise Died(name)

    points.watch(die)
    try:
        yield deaths
    finally:
        points.watch(None)


def unsettled(world: World) -> bool:
    """Is anything of the firm still under way?"""
    under_way = Q(state__lt=State.HANDED_OVER) | Q(state=State.HANDED_OVER, open_count__gt=0)
    return Submission.objects.filter(under_way, tenant_id=world.firm.pk).exists()


def settle_down(world: World, *, rounds: int = 4, step: float = 3600) -> None:
    """What clock and workers do in the hours after a crash, until there is nothing left to do."""
    for _ in range(rounds):
        if not unsettled(world):
            return
        pass_time(step, world)
        sweeping.reap()
        reconcile.run()
        world.drain()
        delivery.pull()
