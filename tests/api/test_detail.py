"""#3: a message and its recipients, numbers hidden."""

import re
from datetime import timedelta

import pytest

from gateways.base import Refused, Status
from smsmerkezi.core import clock
from tests import factories
from tests.api import doors, lives
from tests.api.doors import is_problem

WHOLE_NUMBER = re.compile(rb"\d{10,}")


def detail(door, message) -> dict:
    return door.get(f"/v1/sms/{message.pk}").json()["data"]


def test_numbers_are_hidden_in_the_middle_at_home_and_abroad(door, firm):
    message = factories.sent(firm, "+905551112233", "+4915112345678")
    answer = door.get(f"/v1/sms/{message.pk}")
    shown = [row["msisdn"] for row in answer.json()["data"]["recipients"]]
    assert shown == ["+90555***2233", "+491511***5678"]
    assert not WHOLE_NUMBER.search(answer.content.replace(str(message.uuid).encode(), b""))


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_no_role_sees_a_whole_number(firm, role):
    message = factories.sent(firm, "+905551112233")
    answer = doors.door(firm, role=role).get(f"/v1/sms/{message.pk}")
    assert b"5551112233" not in answer.content
    assert b"+90555***2233" in answer.content


def test_a_queued_message_has_not_been_sent(door, firm):
    said = detail(door, factories.sent(firm))
    assert (said["status"], said["sent_at"]) == ("queued", None)
    assert said["recipients"] == [
        {"msisdn": "+90530***0001", "status": "queued", "delivered_at": None, "error_code": None}
    ]


def test_a_sent_message_says_when(door, firm):
    message = factories.sent(firm)
    lives.hand_over()
    said = detail(door, message)
    assert (said["status"], said["recipients"][0]["status"]) == ("sent", "sent")
    assert said["sent_at"] is not None


def test_each_recipient_has_an_end_of_its_own(door, firm):
    message = lives.ended(firm, Status.DELIVERED, Status.UNDELIVERED, Status.EXPIRED)
    said = detail(door, message)
    assert [row["status"] for row in said["recipients"]] == ["delivered", "undelivered", "expired"]
    assert [row["delivered_at"] is not None for row in said["recipients"]] == [True, False, False]
    assert said["status"] == "delivered"


def test_a_refused_message_has_failed_with_the_gateways_code(door, firm):
    message = factories.sent(firm)
    lives.hand_over(Refused("50"))
    said = detail(door, message)
    assert (said["status"], said["recipients"][0]["status"]) == ("failed", "failed")
    assert said["recipients"][0]["error_code"] == "50"


def test_recipients_stand_in_the_order_in_which_they_were_given(door, firm):
    numbers = [factories.number(n) for n in (9, 3, 7, 1)]
    said = detail(door, factories.sent(firm, *numbers))
    assert [row["msisdn"][-4:] for row in said["recipients"]] == [number[-4:] for number in numbers]
    assert [row["msisdn"][3:6] for row in said["recipients"]] == [number[3:6] for number in numbers]


def test_all_recipients_of_a_large_message_are_there(door, firm):
    message = factories.sent(firm, *(factories.number(n) for n in range(1000)))
    assert len(detail(door, message)["recipients"]) == 1000


def test_an_opted_out_recipient_is_not_there(door, firm):
    factories.opt_out(firm, factories.number(2))
    message = factories.sent(firm, factories.number(1), factories.number(2))
    said = detail(door, message)
    assert (said["recipients_count"], len(said["recipients"])) == (1, 1)


def test_a_scheduled_message_says_when_it_is_due(door, firm):
    moment = clock.now() + timedelta(days=1)
    said = detail(door, factories.sent(firm, scheduled_at=moment))
    assert (said["status"], said["scheduled_at"]) == ("queued", clock.iso_utc(moment))


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "0",
        "-1",
        "1.0",
        "1e3",
        "9" * 18,
        "9" * 40,
        "٣",
        "%00",
        "1%20",
        "%0A1",
        "9c7e4a2f-1b3d-4e5f-9a8b-7c6d5e4f3a2b",
    ],
)
def test_what_is_no_id_is_not_found(door, raw):
    assert is_problem(door.get(f"/v1/sms/{raw}"), 404, "not-found")["detail"] == "Mesaj bulunamadı."


def test_the_instance_is_the_path_without_its_query(door):
    answer = door.get("/v1/sms/7", token="gizli", a="1")
    assert is_problem(answer, 404, "not-found")["instance"] == "/v1/sms/7"


def test_the_number_of_queries_does_not_grow_with_the_recipients(door, firm, django_assert_max_num_queries):
    message = factories.sent(firm, *(factories.number(n) for n in range(200)))
    with django_assert_max_num_queries(2):
        door.get(f"/v1/sms/{message.pk}")
