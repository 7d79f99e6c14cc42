"""Contract A4: figures of the product."""

import time
from datetime import timedelta

import pytest

from messaging.sms.models import Message
from smsmerkezi.core import clock
from tenants.models import RateWindow
from tests.api import doors
from tests.api.doors import is_problem


def figures(answer) -> tuple[str, str]:
    return answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]


def narrow(settings, **limits: int) -> None:
    settings.RATE_LIMITS |= {name.replace("_", "-"): (hits, 60) for name, hits in limits.items()}


@pytest.fixture(autouse=True)
def _own_limits(settings):
    settings.RATE_LIMITS = {"api": (60, 60), "sms-send": (30, 60), "auth": (30, 60)}


def test_the_figures_count_down_to_the_last_request(door, settings):
    narrow(settings, api=3)
    assert [figures(door.get("/v1/balance")) for _ in range(3)] == [("3", "2"), ("3", "1"), ("3", "0")]
    refused = door.get("/v1/balance")
    assert (refused.status_code, figures(refused)) == (429, ("3", "0"))


def test_the_usual_limits_are_sixty_and_thirty(door):
    assert figures(door.get("/v1/sms")) == ("60", "59")
    assert figures(door.send()) == ("30", "29")


def test_sending_has_a_bucket_of_its_own(door, settings):
    narrow(settings, api=1, sms_send=1)
    assert door.get("/v1/balance").status_code == 200
    assert door.send().status_code == 202
    assert door.get("/v1/balance").status_code == 429
    assert door.send().status_code == 429


def test_every_token_has_a_window_of_its_own(firm, settings):
    narrow(settings, api=1)
    one, other = doors.door(firm), doors.door(firm)
    assert [each.get("/v1/balance").status_code for each in (one, other, one)] == [200, 200, 429]


def test_a_refused_request_says_when_to_come_again(door, settings):
    narrow(settings, api=0)
    answer = door.get("/v1/balance")
    said = is_problem(answer, 429, "rate-limit")
    seconds = int(answer["Retry-After"])
    assert 58 <= seconds <= 60
    assert said["retry_after"] == seconds
    assert said["detail"] == f"İstek limiti aşıldı. {seconds} saniye sonra tekrar deneyin."
    assert abs(int(answer["X-RateLimit-Reset"]) - (time.time() + seconds)) <= 2


def test_only_a_refused_request_says_so(door):
    answer = door.get("/v1/balance")
    assert "Retry-After" not in answer
    assert "X-RateLimit-Reset" not in answer


def test_never_less_than_a_second(door, settings):
    narrow(settings, api=1)
    door.get("/v1/balance")
    RateWindow.objects.update(ends_at=clock.now() + timedelta(seconds=0.3))
    answer = door.get("/v1/balance")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")


def test_a_window_that_is_over_opens_anew(door, settings):
    narrow(settings, api=1)
    door.get("/v1/balance")
    RateWindow.objects.update(ends_at=clock.now() - timedelta(milliseconds=1))
    assert figures(door.get("/v1/balance")) == ("1", "0")
    assert door.get("/v1/balance").status_code == 429


def test_refused_requests_do_not_prolong_the_window(door, settings):
    narrow(settings, api=1)
    door.get("/v1/balance")
    before = RateWindow.objects.get().ends_at
    door.get("/v1/balance")
    assert RateWindow.objects.get().ends_at == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/sms/1", 404), ("GET", "/v1/sms?per_page=0", 422), ("POST", "/v1/sms/send", 422), ("POST", "/v1/tokens", 422)],
)  # fmt: skip
def test_requests_that_fail_count_and_say_so_too(door, method, path, status):
    answer = door.call(method, path, {})
    assert answer.status_code == status
    assert int(answer["X-RateLimit-Remaining"]) == int(answer["X-RateLimit-Limit"]) - 1


def test_requests_that_are_forbidden_count_and_say_so_too(firm):
    door = doors.door(firm, "balance:read", role="viewer")
    assert figures(door.get("/v1/sms")) == ("60", "59")
    assert figures(door.send()) == ("30", "29")


def test_a_refused_send_leaves_nothing_behind(door, settings):
    narrow(settings, sms_send=0)
    is_problem(door.send(), 429, "rate-limit")
    assert not Message.objects.exists()


def test_nobody_without_a_token_is_told_any_figure(firm):
    assert not [name for name in doors.Door().get("/v1/sms").headers if name.startswith("X-RateLimit")]


def test_a_spoofed_address_changes_nothing(door, settings):
    narrow(settings, api=1)
    statuses = []
    for n in range(3):
        door.headers["X-Forwarded-For"] = f"10.0.0.{n}"
        statuses.append(door.get("/v1/balance").status_code)
    assert statuses == [200, 429, 429]
