"""#68-#72: templates over the API. What the contract shows of them stands in tests/contracts."""

import pytest

from messaging.sms import templates
from messaging.sms.models import Template
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem

TEMPLATES = "/v1/panel/templates"


@pytest.fixture
def kept(firm) -> Template:
    return templates.create(by=factories.actor(firm), details=templates.Details("Randevu", "Yarın {{saat}}"))


class TestTheList:
    def test_pages_and_counts(self, firm, door):
        by = factories.actor(firm)
        for n in range(3):
            templates.create(by=by, details=templates.Details(f"Şablon {n}", "x", is_active=n > 0))
        first = door.get(TEMPLATES, per_page=2).json()
        assert [row["name"] for row in first["data"]] == ["Şablon 2", "Şablon 1"]
        assert first["stats"] == {"total": 3, "active": 2, "inactive": 1}
        second = door.get(TEMPLATES, per_page=2, cursor=first["meta"]["next_cursor"]).json()
        assert [row["name"] for row in second["data"]] == ["Şablon 0"]
        assert (second["meta"]["has_more"], second["meta"]["prev_cursor"] is None) == (False, False)

    @pytest.mark.parametrize(("active", "count"), [("all", 1), ("active", 1), ("inactive", 0), ("", 1)])
    def test_asks_for_those_in_use(self, door, kept, active, count):
        assert len(door.get(TEMPLATES, active=active).json()["data"]) == count

    @pytest.mark.parametrize(
        "query",
        [{"active": "x"}, {"search": "a" * 101}, {"search": "\x00"}, {"per_page": 101}, {"cursor": "x"}],
    )
    def test_refuses_what_cannot_be_asked(self, door, query):
        is_problem(door.get(TEMPLATES, **query), 422, "validation-error", next(iter(query)))


class TestWriting:
    def test_is_switched_on_unless_told_otherwise(self, door):
        told = door.post(TEMPLATES, {"name": "a", "body": " {{x}} "}).json()["data"]
        assert (told["is_active"], told["body"], told["variables"]) == (True, " {{x}} ", ["x"])

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"body": "x"}, "name"),
            ({"name": None, "body": "x"}, "name"),
            ({"name": 5, "body": "x"}, "name"),
            ({"name": "a" * 101, "body": "x"}, "name"),
            ({"name": "a"}, "body"),
            ({"name": "a", "body": ""}, "body"),
            ({"name": "a", "body": "  "}, "body"),
            ({"name": "a", "body": ["x"]}, "body"),
            ({"name": "a", "body": "x" * 1531}, "body"),
            ({"name": "a", "body": "x\x00"}, "body"),
            ({"name": "a", "body": "x", "is_active": "yes"}, "is_active"),
        ],
    )
    def test_refuses_what_does_not_fit_and_stores_nothing(self, door, body, field):
        said = door.post(TEMPLATES, body)
        assert said.status_code == 422
        assert list(said.json()["errors"]) == [field]
        assert not Template.objects.exists()


class TestAStranger:
    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_is_told_what_is_told_of_none(self, kept, method):
        stranger = doors.door(factories.tenant(credits=0, sender=""))
        body = {"name": "x", "body": "x"} if method == "PUT" else None
        is_problem(stranger.call(method, f"{TEMPLATES}/{kept.pk}", body), 404, "not-found")
        assert stranger.get(TEMPLATES).json()["data"] == []
        assert Template.objects.get().body == "Yarın {{saat}}"
