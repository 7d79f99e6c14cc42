"""The scenes of #65-#67: a firm whose messages arrived, read by somebody who sees no whole numbers."""

from datetime import date

from django.db.models import F

from messaging.reports import rollup
from messaging.reports.models import DailyNetwork, DailyStat
from messaging.sms.models import Message, Recipient
from smsmerkezi.core import clock
from tenants.models import Tenant
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example

DAY = date(2026, 5, 11)


def arrived(firm: Tenant, *numbers: str) -> Message:
    message = factories.sent(firm, *numbers, body="Merhaba")
    now = clock.now()
    Recipient.objects.of(firm).update(state=3, sent_at=now, finished_at=now, settled_at=now)
    counted = {"sent": F("recipients"), "delivered": F("recipients"), "state": "completed", "sent_at": now}
    Message.objects.filter(pk=message.pk).update(**counted)
    rollup.refresh()
    return message


def listed(firm: Tenant, example: Example) -> doors.Door:
    arrived(firm, "05551234567", "05551234568")
    return doors.door(firm, role="operator")


def one(firm: Tenant, example: Example) -> doors.Door:
    message = arrived(firm, "05551234567")
    example.request["path"] = f"/v1/panel/sms/{message.pk}"
    return doors.door(firm, role="operator")


def summed(firm: Tenant, example: Example) -> doors.Door:
    """As the contract's example has them."""
    DailyStat.objects.create(
        tenant=firm, day=DAY, originator="SMSMERKEZI", gateway="kobikom", source="api",
        messages=10, recipients=150, parts=150, credits=150, sent=148, delivered=140, undelivered=6, failed=2,
    )  # fmt: skip
    DailyNetwork.objects.create(tenant=firm, day=DAY, network=0, recipients=80, delivered=78)
    return doors.door(firm)


BY_NAME = {
    "65-reports/200-ok": summed,
    "66-panel-sms/200-ok": listed,
    "67-panel-sms-detail/200-ok": one,
}
