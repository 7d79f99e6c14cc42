"""Door: how the roads do, on one screen that keeps itself fresh."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from gateways.circuit import Standing
from gateways.models import GatewayAccount
from messaging.sms import vitals
from messaging.sms.admin_cards import Card, Fact
from messaging.sms.store import backlog
from smsmerkezi.backoffice import cells
from smsmerkezi.backoffice.screens import Screen
from smsmerkezi.core import clock
from smsmerkezi.templatetags import ui
from tenants.models import Tenant

State = GatewayAccount.State
# What is worth saying of roads, worst first; one of which two things are true is counted with the first.
SAID: tuple[tuple[str, Callable[[vitals.Road], bool]], ...] = (
    ("{n} hat müdahale bekliyor", lambda road: road.standing is Standing.NEEDS_STAFF),
    ("{n} hat kesik", lambda road: road.account.state == State.DOWN),
    ("{n} hat dinleniyor", lambda road: road.standing is Standing.RESTS),
    ("{n} hat deneniyor", lambda road: road.standing is Standing.TRIED),
    ("{n} hat sorunlu", lambda road: road.account.state == State.DEGRADED),
)


def said(roads: Iterable[vitals.Road]) -> str:
    """Empty while all is well."""
    counts = Counter(next((words for words, fits in SAID if fits(road)), "") for road in roads)
    told = ", ".join(words.format(n=counts[words]) for words, _ in SAID if counts[words])
    return f"{told}." if told else ""


class Health(Screen):
    name = "health"
    title = "Hatların sağlığı"
    icon = "saglik"
    template = "admin/health.html"
    live = "admin/_health.html"
    pace = "5s"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        seen, now = vitals.read(), clock.now()
        firms = Tenant.objects.in_bulk({road.account.owner for road in seen.roads if road.account.owner})
        return {
            "now": now,
            "cards": [Card(road, firms.get(road.account.owner), now) for road in seen.roads],
            "left_off": seen.left_off,
            "shown": vitals.SHOWN,
            "trouble": said(seen.roads),
            "calm": "Bütün hatlar sorunsuz.",
            "tiles": list(_tiles(seen)),
            "pace": self.pace,
        }


def _tiles(seen: vitals.Vitals) -> Iterator[Fact]:
    doubted = sum(road.doubted for road in seen.roads)
    yield Fact(
        "Belirsiz paket",
        cells.bounded(doubted, backlog.MOST),
        reverse("admin:sms_submission_changelist"),
    )
    yield Fact(
        "En eski belirsizlik",
        ui.span(timedelta(seconds=seen.oldest_doubt)) if seen.oldest_doubt else cells.NOTHING,
    )
    queued = sum(queue.count for road in seen.roads for queue in road.queues.values())
    yield Fact("Kuyrukta bekleyen paket", cells.bounded(queued, backlog.MOST))
    yield Fact("Bekleyen rapor", cells.bounded(sum(road.held for road in seen.roads), backlog.SAMPLE))


admin.site.show(Health())
