"""(e) lists and reports among ten million recipients, against the same among a hundred thousand: p95 of what a page asks."""

import time
from collections.abc import Callable

from django.db import connection

from bench import figures
from bench.figures import Figure
from bench.world import World
from messaging.reports import reading as reports
from messaging.reports import rollup
from messaging.sms import filters, reading
from messaging.sms.models import Message
from smsmerkezi.core import pages
from tenants.models import Tenant

SMALL, LARGE = 100_000, 2_000_000
ASKED = 200  # times
GOALS = {"recipients": 1.5, "report": 1.5, "status": 2.0}
# A message of a thousand, again and again, spread over thirty days; one in a thousand failed.
MESSAGES = """
INSERT INTO sms_message (tenant_id, uuid, kind, source, originator, body, encoding, parts, gateway, validity_minutes, state,
  recipients, skipped, sent, dropped, delivered, undelivered, expired, failed, cancelled, created_at)
SELECT %(tenant)s, gen_random_uuid(), 1, 'api', 'SMSMERKEZI', 'Merhaba', 'gsm7', 1, 'mock', 1440,
  CASE WHEN n %% 1000 = 0 THEN 'failed' ELSE 'completed' END, 1000, 0, 1000, 0, 1000, 0, 0, 0, 0,
  now() - (n %% 30) * interval '1 day'
FROM generate_series(1, %(n)s) n RETURNING id
"""
END = "UPDATE sms_message SET state = state WHERE id = ANY(%(ids)s::bigint[]) AND state = 'failed'"  # fires the trigger
RECIPIENTS = """
WITH span AS MATERIALIZED (
  SELECT m.id AS message, nextval('sms_recipient_block') AS first FROM unnest(%(ids)s::bigint[]) m(id)
), rows AS (
  INSERT INTO sms_recipient (id, tenant_id, msisdn, parts, state, sent_at, finished_at, settled_at)
  SELECT first + n, %(tenant)s, 905300000000 + (first + n) %% 99999999, 1, 3, now(), now(), now()
  FROM span, generate_series(0, 999) n
)
INSERT INTO sms_submission (message_id, tenant_id, gateway, lane, client_ref, first_recipient_id, last_recipient_id,
  recipient_count, open_count, state, fence, due_at, expires_at, checks, reopened, provider_id)
SELECT message, %(tenant)s, 'mock', 2, gen_random_uuid(), first, first + 999, 1000, 0, 3, 1, now(), now(), 0, 0, ''
FROM span
"""


def run(_world: World, *, rounds: int = ASKED, large: int = LARGE, small: int = SMALL) -> list[Figure]:
    firm = Tenant.objects.order_by("pk").first()
    grown(firm, small // 1000)
    before = {name: p95(ask, rounds) for name, ask in asks(firm).items()}
    grown(firm, (large - small) // 1000)
    after = {name: p95(ask, rounds) for name, ask in asks(firm).items()}
    return [
        Figure(
            f"{name} among {large:,} recipients, against {small:,}: 95 of 100 within",
            1000 * after[name],
            "ms",
            1000 * before[name],
            after[name] / before[name],
            GOALS[name],
            at_most=True,
        )
        for name in GOALS
    ]


def grown(firm: Tenant, messages: int) -> None:
    """By so many messages of a thousand."""
    for start in range(0, messages, 100):
        with connection.cursor() as cursor:
            cursor.execute(MESSAGES, {"tenant": firm.pk, "n": min(100, messages - start)})
            ids = [pk for (pk,) in cursor.fetchall()]
            cursor.execute("SELECT sms_make_partitions(1)")
            cursor.execute(RECIPIENTS, {"tenant": firm.pk, "ids": ids})
            cursor.execute(END, {"ids": ids})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sms_message, sms_submission, sms_recipient, sms_seldomend")
    rollup.deepen()


def asks(firm: Tenant) -> dict[str, Callable[[], object]]:
    """A page of recipients deep in a message, a month's report, the list of a rare state."""
    message = Message.objects.of(firm).filter(delivered=1000).earliest("pk")
    deep = message.submissions.get().first_recipient_id + 600
    month = reports.between(None, None)
    rare = filters.MessageFilter({"status": "failed"}, Message.objects.of(firm))
    return {
        "recipients": lambda: reading.recipients(message, after=deep, limit=50),
        "report": lambda: reports.daily(reports.of(firm, month), month.days),
        "status": lambda: pages.page(rare.qs, cursor=None, per_page=25),
    }


def p95(ask: Callable[[], object], rounds: int) -> float:
    """Seconds."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return figures.percentile(taken, 0.95)
