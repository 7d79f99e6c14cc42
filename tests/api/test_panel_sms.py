"""#65-#67: messages and sums as the panel's clients see them, masked for whom it must be."""

from datetime import timedelta

import pytest

from messaging.reports import rollup, rollup_recipients
from messaging.sms import reading
from smsmerkezi.core import clock
from tests import factories
from tests.api import doors

PATH = "/v1/panel/sms"


@pytest.fixture
def firm(db):
    factories.gateway(default=True)
    return factories.tenant(credits=100)


class TestTheList:
    def test_shows_three_numbers_of_each(self, firm):
        numbers = [f"0530111223{n}" for n in range(5)]
        factories.sent(firm, *numbers)
        (row,) = doors.door(firm).get(PATH).json()["data"]
        assert row["recipients_count"] == 5
        assert row["recipients_sample"] == ["5301112230", "5301112231", "5301112232"]

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_hides_them_from_whom_it_must(self, firm, role):
        factories.sent(firm, "05301112233")
        answer = doors.door(firm, role=role).get(PATH).json()
        assert answer["data"][0]["recipients_sample"] == ["530****2233"]
        assert answer["meta"]["can_see_full_msisdn"] is False

    def test_is_narrowed_by_name_day_and_state(self, firm):
        factories.sent(firm, "05301112233")
        today = clock.today()

        def found(**query):
            return len(doors.door(firm).get(PATH, **query).json()["data"])

        assert found(originator="merk") == found(status="all") == found(status="queued") == 1
        assert found(originator="yok") == found(status="sent") == 0
        assert found(date_from=str(today), date_to=str(today)) == 1
        assert found(date_to=str(today - timedelta(days=1))) == 0

    def test_counts_the_days_that_are_asked_for(self, firm):
        factories.sent(firm, "05301112233")
        rollup.refresh()
        today = clock.today()
        stats = doors.door(firm).get(PATH, date_from=str(today)).json()["stats"]
        assert stats == {"total": 1, "delivered": 0, "failed": 0, "queued": 1, "sent": 0}
        before = doors.door(firm).get(PATH, date_to=str(today - timedelta(days=1))).json()["stats"]
        assert before["total"] == 0

    @pytest.mark.parametrize(
        ("query", "field"),
        [({"status": "x"}, "status"), ({"date_from": "dün"}, "date_from"), ({"per_page": "0"}, "per_page")],
    )
    def test_refuses_what_it_does_not_know(self, firm, query, field):
        doors.is_problem(doors.door(firm).get(PATH, **query), 422, "validation-error", field)

    def test_walks_page_by_page(self, firm):
        ids = [factories.sent(firm, factories.number(n)).pk for n in range(1, 4)]
        page = doors.door(firm).get(PATH, per_page=2).json()
        rest = doors.door(firm).get(PATH, per_page=2, cursor=page["meta"]["next_cursor"]).json()
        assert [each["id"] for each in page["data"] + rest["data"]] == ids[::-1]

    def test_has_nothing_of_another_firm(self, firm):
        factories.sent(firm, "05301112233")
        answer = doors.door(factories.tenant()).get(PATH).json()
        assert (answer["data"], answer["stats"]["total"]) == ([], 0)

    def test_asks_as_much_for_many_as_for_one(self, firm, django_assert_max_num_queries):
        for n in range(1, 9):
            factories.sent(firm, factories.number(n))
        door = doors.door(firm)
        with django_assert_max_num_queries(9):
            assert len(door.get(PATH).json()["data"]) == 8


class TestOne:
    def test_tells_who_got_it(self, firm):
        message = factories.sent(firm, "05301112233")
        told = doors.door(firm).get(f"{PATH}/{message.pk}").json()["data"]
        assert told["recipients"][0]["msisdn"] == "5301112233"
        assert (told["recipients_count"], told["recipients_truncated"]) == (1, False)
        assert told["recipients"][0]["operator"] is None

    def test_of_very_many_tells_the_first(self, firm, monkeypatch):
        monkeypatch.setattr(reading.recipients, "__kwdefaults__", {"after": 0, "limit": 1})
        message = factories.sent(firm, "05301112233", "05301112244")
        told = doors.door(firm).get(f"{PATH}/{message.pk}").json()["data"]
        assert (len(told["recipients"]), told["recipients_truncated"]) == (1, True)

    def test_of_another_firm_is_not_there(self, firm):
        message = factories.sent(firm, "05301112233")
        doors.is_problem(doors.door(factories.tenant()).get(f"{PATH}/{message.pk}"), 404, "not-found")


class TestReports:
    def test_have_every_day_with_zeros(self, firm):
        told = doors.door(firm).get("/v1/panel/reports").json()["data"]
        assert len(told["daily"]) == 31
        assert told["totals"]["recipients"] == 0
        assert (told["totals"]["delivery_rate"], told["by_status"]) == (0.0, {})

    def test_sum_what_was_sent(self, firm):
        factories.sent(firm, "05301112233", "05301112244")
        rollup.refresh()
        rollup_recipients.refresh()
        told = doors.door(firm, role="viewer").get("/v1/panel/reports").json()["data"]
        assert told["totals"]["recipients"] == told["totals"]["pending"] == 2
        assert told["by_originator"] == [{"originator": "SMSMERKEZI", "recipients": 2, "delivered": 0}]
        assert told["by_operator"] == [{"operator": "unknown", "recipients": 2, "delivered": 0}]
        assert told["daily"][-1]["credits"] == 2

    @pytest.mark.parametrize(
        "query", [{"date_from": "2025-01-01"}, {"date_from": "2026-05-02", "date_to": "2026-05-01"}]
    )
    def test_refuse_ranges_that_are_none(self, firm, query):
        answer = doors.door(firm).get("/v1/panel/reports", **query)
        doors.is_problem(answer, 422, "validation-error", "date_from")

    def test_are_each_firms_own(self, firm):
        factories.sent(firm, "05301112233")
        rollup.refresh()
        told = doors.door(factories.tenant()).get("/v1/panel/reports").json()["data"]
        assert told["totals"]["messages"] == 0
