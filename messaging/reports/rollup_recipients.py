"""Sums that only the recipients tell: their operators, and why some were not reached. Made seldom, of the last two days."""

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from messaging.reports.models import DailyNetwork, DailyReason
from messaging.sms.models import Recipient
from smsmerkezi import database
from smsmerkezi.core import clock

DAYS = 2
ROWS = """
SELECT m.tenant_id, (m.created_at AT TIME ZONE 'Europe/Istanbul')::date, coalesce(r.network, -1), r.state,
  CASE WHEN r.state IN (4, 5, 6, 7) THEN coalesce(r.error_code, '') ELSE '' END, count(*)::int
FROM sms_message m JOIN sms_submission s ON s.message_id = m.id CROSS JOIN LATERAL (
  SELECT network, state, error_code FROM sms_recipient
  WHERE id BETWEEN s.first_recipient_id AND s.last_recipient_id ORDER BY id LIMIT 1000) r
WHERE m.created_at >= %(start)s::timestamptz AND m.created_at < %(end)s::timestamptz
GROUP BY 1, 2, 3, 4, 5
"""
State = Recipient.State
MISSED = {State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.FAILED}


class Row(NamedTuple):
    tenant: int
    day: date
    network: int
    state: int
    code: str
    n: int


@transaction.atomic
def refresh() -> int:
    """Sum yesterday and today anew, row by row in the database; how many sums."""
    today = clock.today()
    first = today - timedelta(days=DAYS - 1)
    bounds = clock.istanbul_day_bounds(first, today)
    rows = [Row(*each) for each in database.rows(ROWS, {"start": bounds.start, "end": bounds.end})]
    made = 0
    for model, sums in ((DailyNetwork, _networks(rows)), (DailyReason, _reasons(rows))):
        model.objects.filter(day__range=(first, today)).delete()
        made += len(model.objects.bulk_create(sums, batch_size=1000))
    return made


def _networks(rows: list[Row]) -> list[Any]:
    everybody, arrived = Counter[tuple[int, date, int]](), Counter[tuple[int, date, int]]()
    for row in rows:
        key = row.tenant, row.day, row.network
        everybody[key] += row.n
        arrived[key] += row.n if row.state == State.DELIVERED else 0
    return [
        DailyNetwork(tenant_id=key[0], day=key[1], network=key[2], recipients=n, delivered=arrived[key])
        for key, n in everybody.items()
    ]


def _reasons(rows: list[Row]) -> list[Any]:
    found = Counter[tuple[int, date, int, str]]()
    for row in rows:
        if row.state in MISSED:
            found[row.tenant, row.day, row.state, row.code] += row.n
    return [
        DailyReason(tenant_id=tenant, day=day, state=state, code=code, recipients=n)
        for (tenant, day, state, code), n in found.items()
    ]
