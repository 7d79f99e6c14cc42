"""#51-#55: one's own notices, newest first; read once, deleted once, by nobody else."""

import pytest

from smsmerkezi.core import cursors
from tenants import notices
from tenants.models import AuditEntry, Notification, User
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem

LIST = "/v1/panel/notifications"
FACTS = {"available": 480, "threshold": 500}


@pytest.fixture
def owner(firm) -> User:
    return factories.user(firm)


@pytest.fixture
def door(owner) -> doors.Door:
    return doors.Door(factories.token(owner))


def told(owner: User, times: int = 1) -> list[str]:
    """Ids, newest first."""
    for _ in range(times):
        notices.notify(people=[owner], kind="balance_low", data=FACTS)
    return [str(notice.pk) for notice in notices.of(owner)]


def ids(answer) -> list[str]:
    return [row["id"] for row in answer.json()["data"]]


class TestTheList:
    def test_is_empty_at_first(self, door):
        assert door.get(LIST).json() == {
            "data": [],
            "meta": {"next_cursor": None, "prev_cursor": None, "has_more": False, "per_page": 20},
            "stats": {"total": 0, "unread": 0},
        }

    def test_goes_in_pages_of_twenty_both_ways(self, owner, door):
        wanted = told(owner, 45)
        pages, cursor = [], None
        while True:
            answer = door.get(LIST, **({"cursor": cursor} if cursor else {}))
            pages.append(ids(answer))
            assert answer.json()["stats"] == {"total": 45, "unread": 45}
            meta = answer.json()["meta"]
            assert meta["has_more"] is (meta["next_cursor"] is not None)
            if not meta["has_more"]:
                break
            cursor = meta["next_cursor"]
        assert [len(page) for page in pages] == [20, 20, 5]
        assert [each for page in pages for each in page] == wanted
        assert ids(door.get(LIST, cursor=meta["prev_cursor"])) == pages[1]

    def test_speaks_turkish_to_everybody(self, firm):
        reader = factories.user(firm, language="en")
        told(reader)
        row = doors.Door(factories.token(reader)).get(LIST).json()["data"][0]
        assert row["title"] == "Bakiye azaldı"

    def test_keeps_what_was_said_of_a_kind_that_is_no_more(self, owner, door):
        told(owner)
        Notification.objects.update(kind="forgotten")
        row = door.get(LIST).json()["data"][0]
        assert (row["type"], row["title"]) == ("forgotten", "Bakiye azaldı")

    @pytest.mark.parametrize("cursor", ["x", "eyJpZCI6MTIzfQ", "===", cursors.encode(5, prev=True)])
    def test_refuses_a_cursor_of_another_list(self, door, cursor):
        is_problem(door.get(LIST, cursor=cursor), 422, "validation-error", "cursor")

    def test_is_ones_own_also_behind_a_foreign_cursor(self, firm, owner, door):
        told(owner, 25)
        cursor = door.get(LIST).json()["meta"]["next_cursor"]
        colleague = doors.Door(factories.token(factories.user(firm)))
        assert ids(colleague.get(LIST)) == ids(colleague.get(LIST, cursor=cursor)) == []
        assert colleague.get(LIST).json()["stats"] == {"total": 0, "unread": 0}

    def test_is_there_for_platform_staff_too(self, firm):
        staff = factories.reviewer()
        told(staff)
        assert len(ids(doors.Door(factories.token(staff)).get(LIST))) == 1


class TestTheBell:
    def test_has_the_ten_newest_and_counts_all_that_are_not_read(self, owner, door):
        wanted = told(owner, 12)
        answer = door.get(f"{LIST}/recent")
        assert ids(answer) == wanted[:10]
        assert answer.json()["unread_count"] == 12


class TestReading:
    def test_all_at_once_says_how_many_were_not(self, firm, owner, door):
        told(owner, 3)
        colleague = factories.user(firm)
        told(colleague)
        assert door.post(f"{LIST}/read-all").json() == {"data": {"marked_count": 3}}
        assert door.post(f"{LIST}/read-all").json() == {"data": {"marked_count": 0}}
        assert notices.unread(colleague).count() == 1

    def test_one_keeps_its_first_time(self, owner, door):
        (wanted,) = told(owner)
        first = door.post(f"{LIST}/{wanted}/read").json()["data"]
        Notification.objects.update(read_at=factories.moment("2026-05-11T08:00:00+00:00"))
        again = door.post(f"{LIST}/{wanted}/read").json()["data"]
        assert first["id"] == again["id"] == wanted
        assert again["read_at"] == "2026-05-11T08:00:00+00:00"
        assert door.get(LIST).json()["stats"] == {"total": 1, "unread": 0}

    def test_leaves_no_trail(self, owner, door):
        """The contract's list of actions has none for it."""
        (wanted,) = told(owner)
        before = AuditEntry.objects.count()
        door.post(f"{LIST}/{wanted}/read")
        door.post(f"{LIST}/read-all")
        door.delete(f"{LIST}/{wanted}")
        assert AuditEntry.objects.count() == before


class TestDeleting:
    def test_happens_once(self, owner, door):
        (wanted,) = told(owner)
        answer = door.delete(f"{LIST}/{wanted}")
        assert (answer.status_code, answer.content) == (204, b"")
        is_problem(door.delete(f"{LIST}/{wanted}"), 404, "not-found")


class TestAStranger:
    @pytest.fixture(params=["colleague", "another firm"])
    def stranger(self, request, firm) -> doors.Door:
        return doors.door(firm if request.param == "colleague" else factories.tenant(credits=0))

    @pytest.mark.parametrize(("method", "end"), [("POST", "/read"), ("DELETE", "")])
    def test_finds_what_is_not_there(self, owner, stranger, method, end):
        (wanted,) = told(owner)
        foreign = stranger.call(method, f"{LIST}/{wanted}{end}")
        missing = stranger.call(method, f"{LIST}/0190b8a4-0000-7000-8000-000000000000{end}")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json() | {"instance": ""} == missing.json() | {"instance": ""}
        assert foreign.json()["detail"] == "Bildirim bulunamadı."
        assert notices.unread(owner).count() == 1


@pytest.mark.parametrize(
    "raw", ["abc", "1", "-1", "%00", "0190b8a4-...", "٣", "0190b8a4000070008000000000000000"]
)
@pytest.mark.parametrize(("method", "end"), [("POST", "/read"), ("DELETE", "")])
def test_an_id_that_is_none_is_not_found(door, method, end, raw):
    is_problem(door.call(method, f"{LIST}/{raw}{end}"), 404, "not-found")
