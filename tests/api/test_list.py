"""#4: filters, pages, links."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateways.base import Refused, Status
from messaging.sms import cancelling, filters
from messaging.sms.models import Message, SeldomEnd
from smsmerkezi.core import clock, cursors
from tests import factories
from tests.api import lives
from tests.api.doors import is_problem

NOON = datetime(2026, 5, 7, 9, 0, tzinfo=UTC)  # in Istanbul


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["data"]]


def at(firm, *moments: datetime) -> list[int]:
    """Messages accepted at these moments."""
    made = [factories.sent(firm).pk for _ in moments]
    for pk, moment in zip(made, moments, strict=True):
        Message.objects.filter(pk=pk).update(created_at=moment)
    return made


class TestStatus:
    def make(self, firm, word: str) -> Message:
        if word == "cancelled":
            later = clock.now() + timedelta(days=1)
            message = factories.sent(firm, scheduled_at=later)
            cancelling.cancel(by=factories.actor(firm), message_id=message.pk)
        elif word == "failed":
            message = factories.sent(firm)
            lives.hand_over(Refused("50"))
        elif word in {"delivered", "undelivered", "expired"}:
            message = lives.ended(firm, Status[word.upper()])
        else:
            message = factories.sent(firm)
            if word == "sent":
                lives.hand_over()
        message.refresh_from_db()
        return message

    @pytest.mark.parametrize(
        "word", ["delivered", "undelivered", "expired", "failed", "cancelled", "sent", "queued"]
    )
    def test_each_word_finds_its_messages_and_no_others(self, door, firm, word):
        words = ["delivered", "undelivered", "expired", "failed", "cancelled", "sent", "queued"]
        made = {each: self.make(firm, each) for each in words}
        rows = door.get("/v1/sms", status=word).json()["data"]
        assert [(row["id"], row["status"]) for row in rows] == [(made[word].pk, word)]
        assert len(ids(door.get("/v1/sms"))) == len(words)

    def test_sending_is_what_crosses_the_wire_now(self, door, firm):
        message = factories.sent(firm)
        Message.objects.filter(pk=message.pk).update(state="sending")
        rows = door.get("/v1/sms", status="sending").json()["data"]
        assert [row["status"] for row in rows] == ["sending"]

    def test_a_message_of_which_one_recipient_got_it_is_delivered(self, door, firm):
        message = lives.ended(firm, Status.UNDELIVERED, Status.DELIVERED)
        assert ids(door.get("/v1/sms", status="delivered")) == [message.pk]
        assert ids(door.get("/v1/sms", status="undelivered")) == []

    @pytest.mark.parametrize("word", ["all", "Queued", "completed", "queued,sent", "\x00", " ", "'"])
    def test_any_other_word_is_refused(self, door, word):
        is_problem(door.get("/v1/sms", status=word), 422, "invalid-request", "status")

    def test_an_empty_one_asks_for_nothing(self, door, firm):
        factories.sent(firm)
        assert len(ids(door.get("/v1/sms?status=&from=&to=&per_page=&cursor="))) == 1


class TestTimes:
    def test_both_ends_are_included(self, door, firm):
        early, first, last, late = at(firm, *(NOON + timedelta(hours=hour) for hour in (-1, 0, 1, 2)))
        assert early
        assert late
        found = ids(
            door.get(
                "/v1/sms", **{"from": clock.iso_utc(NOON), "to": clock.iso_utc(NOON + timedelta(hours=1))}
            )
        )
        assert found == [last, first]

    def test_a_message_is_found_by_the_very_second_that_it_shows(self, door, firm):
        (made,) = at(firm, NOON + timedelta(microseconds=900_000))
        shown = door.get("/v1/sms").json()["data"][0]["created_at"]
        assert ids(door.get("/v1/sms", **{"from": shown, "to": shown})) == [made]

    def test_a_fraction_is_meant_to_the_microsecond(self, door, firm):
        at(firm, NOON + timedelta(microseconds=500_001))
        assert ids(door.get("/v1/sms", to="2026-05-07T09:00:00.500000+00:00")) == []

    def test_a_time_without_an_offset_is_istanbul_time(self, door, firm):
        (made,) = at(firm, NOON)
        assert ids(door.get("/v1/sms", **{"from": "2026-05-07T12:00:00", "to": "2026-05-07T12:00:00"})) == [
            made
        ]
        assert ids(door.get("/v1/sms", **{"from": "2026-05-07T12:00:01"})) == []

    def test_the_same_moment_may_be_written_with_any_offset(self, door, firm):
        (made,) = at(firm, NOON)
        for written in ("2026-05-07T09:00:00Z", "2026-05-07T04:00:00-05:00", "2026-05-07 12:00+0300"):
            assert ids(door.get("/v1/sms", **{"from": written, "to": written})) == [made]

    def test_the_end_before_the_beginning_is_refused(self, door):
        query = {"from": "2026-05-02T00:00:00", "to": "2026-05-01T00:00:00"}
        assert is_problem(door.get("/v1/sms", **query), 422, "invalid-request", "from")

    @pytest.mark.parametrize("name", ["from", "to"])
    @pytest.mark.parametrize(
        "raw", ["dün", "2026-05-01", "2026-13-01T00:00:00", "1746057600", "2026-05-01T00:00:00 03:00", "\x00", "2026-05-01T",
                "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
    )  # fmt: skip
    def test_what_is_no_time_is_refused_by_name(self, door, name, raw):
        is_problem(door.get("/v1/sms", **{name: raw}), 422, "invalid-request", name)


class TestPages:
    @pytest.mark.parametrize("raw", ["0", "101", "-1", "1.5", "yirmi", "٢٠", "1e1", "9" * 30, " 5", "\x00"])
    def test_a_size_out_of_bounds_is_refused_and_not_clamped(self, door, raw):
        is_problem(door.get("/v1/sms", per_page=raw), 422, "invalid-request", "per_page")

    @pytest.mark.parametrize("size", [1, 100])
    def test_the_bounds_themselves_are_allowed(self, door, size):
        assert door.get("/v1/sms", per_page=size).json()["meta"]["per_page"] == size

    def test_the_usual_size_is_twenty(self, door, firm):
        for _ in range(21):
            factories.sent(firm)
        page = door.get("/v1/sms").json()
        assert (len(page["data"]), page["meta"]["per_page"]) == (20, 20)

    @pytest.mark.parametrize(
        "raw",
        ["!", "eyJpZCI6MTIzf", "e30", "eyJpZCI6ICIxIn0", "eyJpZCI6LTF9", "eyJpZCI6MX0===", "W10", "MQ", "\x00", "ü",
         "eyJpZCI6MSwicHJldiI6MX0", "eyJpZCI6MSwieCI6MX0", "eyJpZCI6OTIyMzM3MjAzNjg1NDc3NTgwOH0", "A" * 3000, "eyJpZCI6MS41fQ"],
    )  # fmt: skip
    def test_a_cursor_of_nobodys_making_is_refused(self, door, raw):
        is_problem(door.get("/v1/sms", cursor=raw), 422, "invalid-request", "cursor")

    def test_a_cursor_may_come_padded(self, door, firm):
        old, new = (factories.sent(firm).pk for _ in range(2))
        plain = cursors.encode(new)
        padded = plain + "=" * (-len(plain) % 4)
        assert ids(door.get("/v1/sms", cursor=padded)) == ids(door.get("/v1/sms", cursor=plain)) == [old]

    def test_a_cursor_past_the_end_is_an_empty_page(self, door, firm):
        made = factories.sent(firm).pk
        page = door.get("/v1/sms", cursor=cursors.encode(made)).json()
        assert (page["data"], page["links"]["next"], page["meta"]["next_cursor"]) == ([], None, None)

    def test_the_links_keep_the_other_filters_and_change_the_cursor(self, door, firm):
        for _ in range(3):
            factories.sent(firm)
        query = {"status": "queued", "from": "2026-01-01T00:00:00+03:00", "per_page": "1"}
        first = door.get("/v1/sms", **query).json()
        second = door.client.get(first["links"]["next"], headers=door.headers).json()
        for page, name, cursor in ((first, "next", "next_cursor"), (second, "prev", "prev_cursor")):
            asked = dict(parse_qsl(urlsplit(page["links"][name]).query))
            assert asked == {**query, "cursor": page["meta"][cursor]}
        assert first["links"]["prev"] is None
        assert second["meta"]["path"] == "http://testserver/v1/sms"

    def test_a_page_costs_one_query_whatever_its_size(self, door, firm, django_assert_num_queries):
        for _ in range(30):
            factories.sent(firm)
        with django_assert_num_queries(1):  # besides the token's, which is no Django query
            door.get("/v1/sms", per_page=30)


@pytest.fixture
def many(firm) -> list[int]:
    """Sixty messages, some of them accepted at the same moment, newest first."""
    made = [factories.sent(firm).pk for _ in range(60)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sms_message SET created_at = date_trunc('minute', created_at) WHERE id %% 3 = 0", []
        )
    return made[::-1]


class TestWalking:
    @settings(
        max_examples=25,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a failure is plain enough unshrunk
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(sizes=st.lists(st.integers(1, 25), min_size=70, max_size=70))
    def test_there_and_back_meets_every_message_once(self, door, many, unlimited, sizes):
        seen, cursor, steps = [], "", iter(sizes)
        while cursor is not None:
            page = door.get("/v1/sms", per_page=next(steps), cursor=cursor).json()
            seen += [row["id"] for row in page["data"]]
            last, cursor = page, page["meta"]["next_cursor"]
        assert seen == many
        back, cursor = [row["id"] for row in last["data"]], last["meta"]["prev_cursor"]
        while cursor is not None:
            page = door.get("/v1/sms", per_page=next(steps, 7), cursor=cursor).json()
            back = [row["id"] for row in page["data"]] + back
            cursor = page["meta"]["prev_cursor"]
        assert back == many

    def test_messages_that_arrive_meanwhile_shift_nothing(self, door, firm, many):
        first = door.get("/v1/sms", per_page=30).json()
        factories.sent(firm)
        second = door.get("/v1/sms", per_page=30, cursor=first["meta"]["next_cursor"]).json()
        assert [row["id"] for page in (first, second) for row in page["data"]] == many


@pytest.fixture
def unlimited(settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10**9, 60))


def test_a_seldom_end_is_found_only_as_long_as_it_holds(firm):
    """Whoever was told undelivered first and delivered later is no longer among those."""
    message = lives.ended(firm, Status.UNDELIVERED)
    assert SeldomEnd.objects.get().message_id == message.pk
    Message.objects.filter(pk=message.pk).update(delivered=1, undelivered=0)
    asked = filters.MessageFilter({"status": "undelivered"}, Message.objects.of(firm))
    assert not asked.qs.exists()


def test_a_good_end_is_no_seldom_one(firm):
    lives.ended(firm, Status.DELIVERED)
    assert not SeldomEnd.objects.exists()
