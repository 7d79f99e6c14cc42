"""What the hot path may cost: statements, plans, and how much is taken at once."""

import pytest
from django.db import connection, transaction

from messaging.sms import delivery, dispatch, ids
from messaging.sms.store import claim, fragments, report
from smsmerkezi import database, statements
from tests import factories
from tests.api import doors
from tests.messaging.sms.world import LANE, numbers, pass_time


@pytest.fixture
def said(monkeypatch):
    """Every statement that goes through `smsmerkezi.database`, as it goes."""
    asked, run = [], statements.run

    def listen(server, query, params):
        asked.append(query)
        return run(server, query, params)

    monkeypatch.setattr(statements, "run", listen)
    return asked


def test_an_accepted_request_is_two_statements(world, said, client, django_assert_num_queries):
    knock = doors.door(world.firm)
    knock.post(
        "/v1/sms/send", doors.sms(*numbers(1))
    )  # the account of the road is remembered, ids are at hand
    said.clear()
    with django_assert_num_queries(0):
        answer = knock.post("/v1/sms/send", doors.sms(*numbers(1)))
    assert answer.status_code == 202
    assert len(said) == 2, "one for the token and its limit, one for the message"


def test_no_more_is_claimed_at_once_than_memory_should_hold(world, monkeypatch):
    monkeypatch.setattr(claim, "CLAIM", claim.CLAIM.replace(f"< {fragments.AT_ONCE}", "< 3"))
    messages = [world.accept(*numbers(2)) for _ in range(3)]
    assert [len(dispatch.take(LANE, limit=10)) for _ in messages] == [2, 1, 0]


def test_what_is_bigger_than_that_is_claimed_alone(world, monkeypatch):
    monkeypatch.setattr(claim, "CLAIM", claim.CLAIM.replace(f"< {fragments.AT_ONCE}", "< 1"))
    for _ in range(2):
        world.accept(*numbers(2))
    assert [len(dispatch.take(LANE, limit=10)) for _ in range(3)] == [1, 1, 0]


def test_no_more_is_asked_about_at_once_and_all_in_the_end(world, monkeypatch):
    monkeypatch.setattr(report, "QUESTIONS", report.QUESTIONS.replace(f"< {fragments.AT_ONCE}", "< 1"))
    for _ in range(3):
        world.sent(*numbers(2))
    pass_time(1)
    assert delivery.pull() == 6
    assert len(world.operator.questions) == 3


FILL = """
INSERT INTO sms_recipient (id, tenant_id, msisdn, parts, state, settled_at, finished_at)
SELECT g, %(tenant)s, 905320000000 + g, 1, 3, now(), now() FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g
"""


@pytest.mark.django_db
@pytest.mark.parametrize("query", [claim.PARCELS, report.OPEN_NUMBERS], ids=["PARCELS", "OPEN_NUMBERS"])
@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan"])
def test_recipients_are_found_by_id_among_many(query, mode):
    """A plan made for a join of spans reads the whole partition: 200 times slower among 300,000 recipients."""
    first = ids.recipients.take(1) + 10**6
    with transaction.atomic():
        database.rows(FILL, {"tenant": factories.tenant().pk, "first": first, "last": first + 20_000})
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE sms_recipient")
            cursor.execute(f"SET LOCAL plan_cache_mode = {mode}")
            given = {
                "submissions": "ARRAY[1, 2]",
                "firsts": f"ARRAY[{first}, {first + 9}]",
                "lasts": f"ARRAY[{first + 8}, {first + 20}]",
                "pepper": r"'\x00'::bytea",
            }
            plan = explained(cursor, query, given)
    assert "Seq Scan on sms_recipient_p0" not in plan, "the others are empty"
    assert "Index Scan using sms_recipient_p0_pkey" in plan


def explained(cursor, query, given):
    asked = statements.statement(query)
    cursor.execute(f"PREPARE looked_at AS {asked.text.decode()}")
    cursor.execute(f"EXPLAIN EXECUTE looked_at({', '.join(given[name] for name in asked.names)})")
    plan = "\n".join(line for (line,) in cursor.fetchall())
    cursor.execute("DEALLOCATE looked_at")
    return plan
