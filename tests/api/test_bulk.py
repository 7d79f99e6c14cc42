"""#79-#83: what a client may ask of campaigns, what is refused, and that a refusal leaves nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.campaigns import at_once, stopping
from messaging.campaigns.models import Campaign
from messaging.files.models import Job, StoredFile
from messaging.sms.models import Message
from tests import factories
from tests.api import doors
from tests.messaging.campaigns.world import account, checked, hand_over, launched, lines, loaded, run

PATH = "/v1/panel/bulk-sms"


@pytest.fixture
def firm(db):
    factories.gateway(default=True)
    return factories.tenant(credits=100)


def asked(**changes):
    fields = {"name": "Mayis", "body": "Merhaba", "source_type": "manual", "manual_recipients": lines(3)}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def file(content, name="liste.csv"):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def nothing_left(firm):
    rows = (Campaign, StoredFile, Job, Message)
    return not any(each.objects.exists() for each in rows) and account(firm) == (100, 0)


class TestCreating:
    def test_sends_to_everybody_once_at_the_price_of_their_texts(self, firm):
        given = "Telefon;Ad\n5300000001;Ayşe\n5300000001;x\n5300000002;" + "y" * 170 + "\nAhmet;z\n"
        answer = doors.door(firm).form(
            PATH,
            asked(body="Sayin {{name}}", source_type="file", file=file(given), manual_recipients="x"),
        )
        assert answer.status_code == 201
        told = answer.json()["data"]
        assert (told["total_recipients"], told["parts_count"], told["skipped_count"]) == (2, 2, 2)
        assert account(firm) == (100, 3)
        run()
        assert hand_over() == 2

    def test_takes_a_time_a_pace_and_a_kind(self, firm):
        answer = doors.door(firm).form(
            PATH, asked(scheduled_at="2026-12-31T10:00:00+03:00", per_minute="60", commercial="false")
        )
        made = Campaign.objects.get(pk=answer.json()["data"]["id"])
        assert (made.per_minute, made.commercial, made.message.state) == (60, False, "scheduled")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"body": None}, "body"),
            ({"body": "x" * 1001}, "body"),
            ({"body": "{{sehir}}"}, "body"),
            ({"source_type": None}, "source_type"),
            ({"source_type": "web"}, "source_type"),
            ({"source_type": "file"}, "file"),
            ({"manual_recipients": " "}, "manual_recipients"),
            ({"originator": "BASKASI"}, "originator"),
            ({"originator": "ONIKIHARFLIK"}, "originator"),
            ({"originator": "A\x00B"}, "originator"),
            ({"commercial": "evet"}, "commercial"),
            ({"per_minute": "-1"}, "per_minute"),
            ({"per_minute": "0"}, "per_minute"),
            ({"scheduled_at": "yarin"}, "scheduled_at"),
            ({"scheduled_at": "2020-01-01T00:00:00"}, "scheduled_at"),
            ({"manual_recipients": "12345"}, "recipients"),
        ],
    )
    def test_refuses_with_the_field_and_keeps_nothing(self, firm, changes, field):
        doors.is_problem(doors.door(firm).form(PATH, asked(**changes)), 422, "validation-error", field)
        assert nothing_left(firm)

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            ("", "a.csv"),
            ("\n\n", "a.csv"),
            ("Ad\nAhmet\n", "a.csv"),
            (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.csv"),
            (lines(2), "a.xlsx"),
            (";" * 300, "a.csv"),
            ("5" * (at_once.LIMIT + 1), "a.csv"),
        ],
    )
    def test_refuses_what_is_no_list_and_keeps_nothing(self, firm, content, name):
        answer = doors.door(firm).form(
            PATH, asked(source_type="file", file=file(content, name), manual_recipients=None)
        )
        assert answer.status_code in {413, 422}
        assert nothing_left(firm)

    def test_refuses_when_all_have_opted_out(self, firm):
        factories.opt_out(firm, "5300000001")
        answer = doors.door(firm).form(PATH, asked(manual_recipients=lines(1)))
        assert doors.is_problem(answer, 422, "validation-error")["detail"] == "Gönderilecek alıcı kalmadı."
        assert nothing_left(firm)

    def test_refuses_without_credit_and_keeps_nothing(self, firm):
        answer = doors.door(firm).form(PATH, asked(manual_recipients=lines(101)))
        told = doors.is_problem(answer, 422, "validation-error")
        assert told["detail"] == "Yetersiz bakiye. Mevcut: 100, Gereken: 101."
        assert nothing_left(firm)

    def test_takes_forms_alone(self, firm):
        doors.is_problem(doors.door(firm).post(PATH, asked()), 415, "unsupported-media-type")


class TestTheList:
    def test_is_the_newest_first_without_drafts(self, firm):
        checked(firm, lines(1))
        ids = [launched(firm, lines(1)).pk for _ in range(3)]
        page = doors.door(firm).get(PATH, per_page=2).json()
        assert [each["id"] for each in page["data"]] == ids[:0:-1]
        rest = doors.door(firm).get(PATH, per_page=2, cursor=page["meta"]["next_cursor"]).json()
        assert [each["id"] for each in rest["data"]] == ids[:1]

    def test_is_narrowed_by_status(self, firm):
        done = loaded(firm, lines(2))
        hand_over()
        stopping.close()
        waiting = launched(firm, lines(1))

        def found(status):
            return [each["id"] for each in doors.door(firm).get(PATH, status=status).json()["data"]]

        assert found("completed") == [done.pk]
        assert found("queued") == [waiting.pk]
        assert found("processing") == found("failed") == []
        assert found("all") == [waiting.pk, done.pk]

    def test_knows_no_other_status(self, firm):
        doors.is_problem(doors.door(firm).get(PATH, status="bitti"), 422, "validation-error", "status")


class TestOne:
    def test_is_nobody_elses(self, firm):
        made = launched(firm, lines(1))
        door = doors.door(factories.tenant())
        for answer in (
            door.get(f"{PATH}/{made.pk}"),
            door.get(f"{PATH}/{made.pk}/progress"),
            door.post(f"{PATH}/{made.pk}/cancel"),
        ):
            assert doors.is_problem(answer, 404, "not-found")["detail"] == "Kampanya bulunamadi."
        assert Campaign.objects.get().cancelled_at is None
        assert door.get(PATH).json()["data"] == []

    @pytest.mark.parametrize("raw_id", ["0", "x", "9" * 30])
    def test_needs_an_id_that_is_one(self, firm, raw_id):
        doors.is_problem(doors.door(firm).get(f"{PATH}/{raw_id}"), 404, "not-found")

    def test_that_was_not_launched_is_not_there(self, firm):
        made = checked(firm, lines(1))
        doors.is_problem(doors.door(firm).get(f"{PATH}/{made.pk}"), 404, "not-found")
        doors.is_problem(doors.door(firm).post(f"{PATH}/{made.pk}/cancel"), 404, "not-found")

    def test_is_stopped_by_whoever_may_send(self, firm):
        made = launched(firm, lines(2))
        doors.is_problem(doors.door(firm, role="viewer").post(f"{PATH}/{made.pk}/cancel"), 403, "forbidden")
        assert doors.door(firm, role="operator").post(f"{PATH}/{made.pk}/cancel").status_code == 200
        run()
        stopping.close()
        told = doors.door(firm, role="viewer").get(f"{PATH}/{made.pk}").json()["data"]
        assert (told["status"], told["sent_count"], told["failed_count"]) == ("cancelled", 0, 0)
        assert told["progress_percent"] == 100
        assert account(firm) == (100, 0)
