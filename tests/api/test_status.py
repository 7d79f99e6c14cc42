"""#1 and #32, and what a bug of ours looks like from outside."""

import pytest
from django.db import connection

from gateways import accounts
from gateways.models import GatewayAccount
from smsmerkezi.core import clock
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem


def status() -> dict:
    accounts.forget()
    return doors.Door().get("/v1/status").json()


def test_gateways_stand_in_the_order_in_which_they_were_set_up(db):
    for slug in ("zeta", "alfa", "mock"):
        factories.gateway(slug, default=slug == "alfa")
    said = status()
    assert [each["slug"] for each in said["gateways"]] == ["zeta", "alfa", "mock"]
    assert said["default_gateway"] == "alfa"


@pytest.mark.parametrize("state", ["operational", "degraded", "down", "disabled"])
def test_a_gateway_is_in_the_state_that_was_set(db, state):
    factories.gateway()
    GatewayAccount.objects.update(state=state)
    assert status()["gateways"] == [{"slug": "mock", "status": state}]


def test_without_gateways_there_is_no_default(db):
    said = status()
    assert (said["default_gateway"], said["gateways"]) == (None, [])


def test_nothing_of_an_account_but_its_name_and_state_is_told(db):
    factories.gateway(url="https://user.example/secret")
    assert "example" not in str(status())
    assert "gizli" not in str(status())


def test_the_times_are_now(db):
    said, health = status(), doors.Door().get("/v1/health").json()
    for written in (said["time"], health["time"]):
        assert abs((clock.now() - clock.parse_datetime_input(written)).total_seconds()) < 5


def test_health_asks_no_database(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert doors.Door().get("/v1/health").json()["status"] == "ok"


@pytest.mark.parametrize(
    ("table", "method", "path"),
    [("billing_account", "GET", "/v1/balance"), ("sms_message", "GET", "/v1/sms"), ("contacts_optout", "POST", "/v1/sms/send"),
     ("tenants_apitoken", "GET", "/v1/tokens"), ("tenants_apitoken", "POST", "/v1/sms/send")],
)  # fmt: skip
def test_a_bug_of_ours_tells_its_request_id_and_nothing_else(transactional_db, table, method, path):
    factories.gateway(default=True)
    door = doors.door(factories.tenant())
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    try:
        answer = door.call(method, path, doors.sms() if method == "POST" else None)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
    said = is_problem(answer, 500, "internal-error")
    assert said["detail"] == "Beklenmeyen bir hata oluştu."
    assert said["request_id"] == answer["X-Request-Id"]
    assert set(said) == {"type", "title", "status", "detail", "instance", "request_id"}
