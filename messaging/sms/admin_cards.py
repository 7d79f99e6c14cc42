"""One road on the screen of the roads' health, in words and rounded figures."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from gateways import words
from gateways.circuit import Standing
from gateways.health import BOUNDS, Figures
from gateways.models import GatewayAccount
from messaging.sms import vitals
from messaging.sms.models import Submission
from messaging.sms.store import backlog
from smsmerkezi.backoffice import cells
from smsmerkezi.core import clock
from smsmerkezi.templatetags import ui
from tenants.models import Tenant

MINUTE = timedelta(minutes=1)
LANES = {Submission.Lane.OTP: "OTP", Submission.Lane.SMS: "SMS", Submission.Lane.BULK: "Toplu"}


class Figure(NamedTuple):
    label: str
    short: str
    long: str


class Fact(NamedTuple):
    label: str
    value: Any
    url: str = ""


class Card:
    """One road as it is shown."""

    def __init__(self, road: vitals.Road, firm: Tenant | None, now: datetime) -> None:
        self.road, self.firm, self.now = road, firm, now
        self.account = road.account
        self.url = reverse("admin:gateways_gatewayaccount_change", args=[road.account.pk])
        self.pills = [
            cells.Word(*words.STATES[GatewayAccount.State(road.account.state)]),
            cells.Word(*words.CIRCUITS[road.standing]),
        ]

    @property
    def trouble(self) -> str:
        """Why it rests, since when and until when."""
        circuit = self.road.circuit
        if circuit is None or self.road.standing is Standing.FINE:
            return ""
        since = f"{ui.span(self.now - circuit.since)} önce dinlenmeye alındı: {words.reason(circuit.reason)}."
        if not circuit.open_until or circuit.open_until <= self.now:
            return f"{since} Şimdi birer birer deneniyor."
        return f"{since} {ui.span(circuit.open_until - self.now)} sonra yeniden denenecek."

    @property
    def tone(self) -> str:
        return words.CIRCUITS[self.road.standing][0]

    @property
    def figures(self) -> list[Figure]:
        pairs = zip(_figures(self.road.short), _figures(self.road.long), strict=True)
        return [Figure(label, short, long) for (label, short), (_, long) in pairs]

    @property
    def facts(self) -> Iterator[Fact]:
        counts = {lane: self.road.queues[lane].count if lane in self.road.queues else 0 for lane in LANES}
        queued = " / ".join(cells.bounded(count, backlog.MOST) for count in counts.values())
        yield Fact(f"Kuyruk {'/'.join(LANES.values())}", queued)
        yield Fact("En eski vade", self._ago(self.road.oldest_due))
        yield self._doubted()
        yield Fact("Bekleyen rapor", cells.bounded(self.road.held, backlog.MOST))

    def _doubted(self) -> Fact:
        if not self.road.doubted:
            return Fact("Belirsiz paket", ui.number(0))
        url = f"{reverse('admin:sms_submission_changelist')}?{urlencode({'gateway': self.account.slug})}"
        value = f"{cells.bounded(self.road.doubted, backlog.MOST)} · {self._ago(self.road.oldest_doubt)}"
        return Fact("Belirsiz paket · en eskisi", value, url)

    def _ago(self, moment: datetime | None) -> str:
        return ui.span(self.now - moment) if moment else cells.NOTHING

    @property
    def busy(self) -> list[tuple[str, str]]:
        """The minutes in which anything was tried, newest first, and how often."""
        newest = self.now.astimezone(clock.ISTANBUL)
        minutes = [(newest - MINUTE * back, count) for back, count in enumerate(reversed(self.road.line))]
        return [(f"{minute:%H:%M}", ui.number(count)) for minute, count in minutes if count]

    @property
    def finding(self) -> str:
        """What the chart says."""
        top = max(self.road.line)
        back = len(self.road.line) - 1 - self.road.line.index(top)
        when = (self.now - MINUTE * back).astimezone(clock.ISTANBUL)
        total = ui.number(sum(self.road.line))
        return f"Son bir saatte {total} deneme; en yoğun dakika {when:%H:%M}: {ui.number(top)}"


def _figures(seen: Figures) -> list[tuple[str, str]]:
    return [
        ("Başarı", ui.percent(seen.accepted + seen.refused, seen.exchanges)),
        ("Deneme", ui.number(seen.exchanges)),
        ("Belirsiz", ui.number(seen.unknown)),
        ("Yanıt, p95", _seconds(seen.within(0.95))),
        ("Teslim", ui.percent(seen.delivered, seen.delivered + seen.undelivered)),
        ("Geç teslim", cells.NOTHING if seen.slowness is None else ui.percent(seen.slow, seen.delivered)),
    ]


def _seconds(bound: float | None) -> str:
    if bound is None:
        return cells.NOTHING
    sign, shown = ("≤", bound) if bound <= BOUNDS[-1] else (">", BOUNDS[-1])
    return f"{sign} {shown:g} sn".replace(".", ",")
