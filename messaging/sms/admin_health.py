"""Door: how the roads do, on one screen that keeps itself fresh."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from gateways.circuit import Standing
from messaging.sms import vitals
from messaging.sms.admin_cards import Card, Fact
from messaging.sms.store import backlog
from smsmerkezi.backoffice import cells
from smsmerkezi.backoffice.screens import Screen
from smsmerkezi.core import clock
from smsmerkezi.templatetags import ui
from tenants.models import Tenant

SAID = {
    Standing.NEEDS_STAFF: "{n} hat müdahale bekliyor",
    Standing.RESTS: "{n} hat dinleniyor",
    Standing.TRIED: "{n} hat deneniyor",
}


def _said(roads: list[vitals.Road]) -> str:
    counts = {kind: sum(road.standing is kind for road in roads) for kind in SAID}
    told = ", ".join(SAID[kind].format(n=count) for kind, count in counts.items() if count)
    return f"{told}." if told else "Bütün hatlar sorunsuz."


class Health(Screen):
    name = "health"
    title = "Hatların sağlığı"
    icon = "saglik"
    template = "admin/health.html"
    live = "admin/_health.html"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        seen, now = vitals.read(), clock.now()
        firms = Tenant.objects.in_bulk({road.account.owner for road in seen.roads if road.account.owner})
        return {
            "now": now,
            "cards": [Card(road, firms.get(road.account.owner), now) for road in seen.roads],
            "left_off": seen.left_off,
            "shown": vitals.SHOWN,
            "said": _said(seen.roads),
            "calm": all(road.standing is Standing.FINE for road in seen.roads),
            "tiles": list(_tiles(seen)),
            "pace": "5s",
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
    yield Fact("Bekleyen rapor", cells.bounded(sum(road.held for road in seen.roads), backlog.SAMPLE - 1))


admin.site.show(Health())
