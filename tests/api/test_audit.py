"""#9, #40, #41: filters, pages, whose entries, and in whose eyes."""

from datetime import datetime

import pytest
from django.db import connection

from smsmerkezi.core import cursors
from tenants import audit
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem
from tests.api.test_strangers import told

LIST, ALL = "/v1/panel/audit-logs", "/v1/admin/audit-logs"


@pytest.fixture
def person(firm):
    return factories.user(firm)


@pytest.fixture
def staff(firm):
    return doors.Door(factories.token(factories.reviewer()))


def noted(firm, user=None, **fields) -> AuditEntry:
    given = {"action": "contact.created", "entity_type": "Contact", "entity_id": 5, **fields}
    return audit.record(by=Actor(firm, user, ip="192.0.2.7", user_agent="crm/1"), **given)


def at(moment: str, entry: AuditEntry) -> AuditEntry:
    """As if it had been written then."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending while triggers are touched
        cursor.execute("ALTER TABLE tenants_auditentry DISABLE TRIGGER append_only")
        cursor.execute(
            "UPDATE tenants_auditentry SET created_at = %s WHERE id = %s",
            [datetime.fromisoformat(moment), entry.pk],
        )
        cursor.execute("ALTER TABLE tenants_auditentry ENABLE TRIGGER append_only")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return entry


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["data"]]


def test_an_entry_is_told_whole(door, firm, person):
    entry = noted(firm, person, changes={"name": ["Eski", "Yeni"]}, meta={"n": [1, None]})
    row = door.get(LIST).json()["data"][0]
    assert row == {
        "id": entry.pk, "action": "contact.created", "entity_type": "Contact", "entity_id": "5",
        "user": {"id": person.pk, "name": person.name}, "acting": False, "ip": "192.0.2.7", "user_agent": "crm/1",
        "changes": {"name": ["Eski", "Yeni"]}, "meta": {"n": [1, None]}, "created_at": row["created_at"],
    }  # fmt: skip
    assert door.get(f"{LIST}/{entry.pk}").json() == {"data": row}


def test_what_nobody_did_to_nothing_has_nulls(door, firm):
    audit.record(by=None, tenant=firm, action="sms.quarantine")
    row = door.get(LIST).json()["data"][0]
    assert [row[name] for name in ("entity_type", "entity_id", "user", "ip", "user_agent")] == [
        None,
        None,
        None,
        None,
        "",
    ]


def test_staff_of_the_platform_are_the_platform_in_a_firms_eyes(door, firm, staff):
    reviewer = factories.reviewer()
    audit.record(by=Actor(firm, reviewer, acting=True), action="webhook.updated")
    row = door.get(LIST).json()["data"][0]
    assert (row["user"], row["acting"]) == ({"id": reviewer.pk, "name": "SMS Merkezi"}, True)
    assert staff.get(ALL).json()["data"][0]["user"]["name"] == reviewer.name


def test_who_left_keeps_the_name(door, firm, person):
    noted(firm, person)
    person.is_active, person.deleted_at = False, factories.moment("2026-05-01T00:00:00+03:00")
    person.save()
    assert door.get(LIST).json()["data"][0]["user"]["name"] == person.name


class TestFilters:
    def test_a_person(self, door, firm, person):
        noted(firm, factories.user(firm))
        mine = noted(firm, person)
        assert ids(door.get(LIST, user_id=person.pk)) == [mine.pk]
        assert ids(door.get(LIST, user_id=999999)) == []

    def test_an_action_to_the_letter(self, door, firm):
        noted(firm, action="contact.deleted")
        mine = noted(firm, action="contact.updated")
        assert ids(door.get(LIST, action="contact.updated")) == [mine.pk]
        for other in ("contact", "Contact.updated", "contact.updated ", "contact%", "yok"):
            assert ids(door.get(LIST, action=other)) == []

    def test_a_part_of_the_objects_kind_in_any_case(self, door, firm):
        group = noted(firm, action="a", entity_type="ContactGroup")
        contact = noted(firm, action="a", entity_type="Contact")
        noted(firm, action="a", entity_type="Message")
        assert ids(door.get(LIST, entity_type="contact", action="a")) == [contact.pk, group.pk]
        assert ids(door.get(LIST, entity_type="GROUP")) == [group.pk]
        assert ids(door.get(LIST, entity_type="C_ntact")) == ids(door.get(LIST, entity_type="%")) == []

    def test_days_are_istanbuls_and_both_ends_count(self, door, firm):
        moments = (
            "2026-05-01T23:59:59+03:00",
            "2026-05-02T00:00:00+03:00",
            "2026-05-03T23:59:59.9+03:00",
            "2026-05-04T00:00+03:00",
        )
        before, first, last, after = (at(moment, noted(firm, action="a")).pk for moment in moments)
        assert ids(door.get(LIST, action="a", date_from="2026-05-02", date_to="2026-05-03")) == [last, first]
        assert ids(door.get(LIST, action="a", date_from="2026-05-04")) == [after]
        assert ids(door.get(LIST, action="a", date_to="2026-05-01")) == [before]

    def test_all_together(self, door, firm, person):
        today = noted(firm, person).created_at.date().isoformat()
        query = {"user_id": person.pk, "action": "contact.created", "entity_type": "con", "date_from": today}
        assert len(ids(door.get(LIST, **query))) == 1
        assert ids(door.get(LIST, **query | {"action": "login"})) == []

    def test_empty_ones_ask_for_nothing(self, door):
        query = "?user_id=&action=&entity_type=&date_from=&date_to=&per_page=&cursor="
        assert ids(door.get(LIST + query)) == ids(door.get(LIST))

    @pytest.mark.parametrize(
        ("name", "raw"),
        [("user_id", "x"), ("user_id", "1.0"), ("user_id", "-1"), ("user_id", "٢"), ("user_id", "9" * 19),
         ("date_from", "01.05.2026"), ("date_from", "2026-02-30"), ("date_to", "2026-05-01T00:00:00"), ("date_to", "dün"),
         ("date_from", " 2026-05-01"), ("action", "a\0"), ("entity_type", "\0"), ("per_page", "0"), ("per_page", "201"),
         ("per_page", "yirmi"), ("cursor", "x"), ("cursor", "eyJpZCI6LTF9")],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused_by_name(self, door, name, raw):
        is_problem(door.get(LIST, **{name: raw}), 422, "validation-error", name)

    def test_crossed_days_are_refused(self, door):
        query = {"date_from": "2026-05-02", "date_to": "2026-05-01"}
        is_problem(door.get(LIST, **query), 422, "validation-error", "date_from")

    def test_a_day_out_of_this_world_is_refused(self, door):
        is_problem(door.get(LIST, date_to="9999-12-31"), 422, "validation-error")


class TestPages:
    def test_there_and_back_meets_every_entry_once(self, door, firm):
        made = [noted(firm, action="a").pk for _ in range(23)][::-1]
        seen, cursor = [], ""
        while cursor is not None:
            page = door.get(LIST, action="a", per_page=5, cursor=cursor).json()
            assert page["meta"]["has_more"] is (page["meta"]["next_cursor"] is not None)
            seen.append([row["id"] for row in page["data"]])
            back, cursor = page["meta"]["prev_cursor"], page["meta"]["next_cursor"]
        assert [entry for page in seen for entry in page] == made
        assert ids(door.get(LIST, action="a", per_page=5, cursor=back)) == seen[-2]

    def test_the_usual_size_is_fifty_and_the_largest_two_hundred(self, door, firm):
        for _ in range(51):
            noted(firm)
        page = door.get(LIST).json()
        assert (len(page["data"]), page["meta"]["per_page"], page["meta"]["has_more"]) == (50, 50, True)
        assert door.get(LIST, per_page=200).json()["meta"]["per_page"] == 200

    def test_the_platforms_page_has_fifty_whatever_is_asked_for(self, staff, firm):
        assert staff.get(ALL, per_page=7).json()["meta"]["per_page"] == 50

    def test_a_page_costs_two_queries_whatever_its_size(self, door, firm, person, django_assert_num_queries):
        for n in range(30):
            noted(firm, person if n % 2 else factories.user(firm))
        with django_assert_num_queries(2):  # entries, people
            door.get(LIST, per_page=30)


class TestStrangers:
    @pytest.fixture
    def stranger(self, firm):
        return doors.door(factories.tenant())

    def test_a_foreign_entry_answers_exactly_like_a_missing_one(self, stranger, firm, person):
        entry = noted(firm, person)
        foreign, missing = stranger.get(f"{LIST}/{entry.pk}"), stranger.get(f"{LIST}/999999999")
        assert is_problem(foreign, 404, "not-found")["detail"] == "Audit log bulunamadi."
        assert told(foreign) == told(missing)

    @pytest.mark.parametrize("raw", ["x", "0", "-1", "1.0", "9" * 30, "٢", "%20"])
    def test_an_id_that_is_none_is_not_found(self, door, raw):
        is_problem(door.get(f"{LIST}/{raw}"), 404, "not-found")

    def test_the_platforms_own_entries_are_nobodys(self, door, firm):
        entry = audit.record(by=None, action="sms.quarantine")
        assert entry.pk not in ids(door.get(LIST, per_page=200))
        is_problem(door.get(f"{LIST}/{entry.pk}"), 404, "not-found")

    @pytest.mark.parametrize("prev", [False, True])
    def test_neither_filters_nor_cursors_open_anything(self, stranger, firm, person, prev):
        entry = noted(firm, person, action="a")
        place = cursors.encode(entry.pk + (-1 if prev else 1), prev=prev)
        queries = (
            {"action": "a"},
            {"user_id": person.pk},
            {"tenant_id": firm.pk, "action": "a"},
            {"cursor": place},
        )
        assert all(entry.pk not in ids(stranger.get(LIST, **query)) for query in queries)

    def test_staff_without_a_firm_have_no_trail_of_their_own(self, staff):
        assert (
            is_problem(staff.get(LIST), 403, "forbidden")["detail"] == "Bu işlem bir firma hesabı gerektirir."
        )


class TestEverybodys:
    def test_every_firms_and_the_platforms_own_entries_with_their_firm(self, staff, firm):
        other = factories.tenant()
        noted(firm, action="a")
        noted(other, action="a")
        audit.record(by=None, action="a")
        rows = staff.get(ALL, action="a").json()["data"]
        assert [(row["tenant_id"], row["tenant_name"]) for row in rows] == [
            (None, None), (other.pk, other.name), (firm.pk, firm.name),
        ]  # fmt: skip
        assert list(rows[0])[-2:] == ["tenant_id", "tenant_name"]

    def test_one_firms(self, staff, firm):
        other = factories.tenant()
        noted(other, action="a")
        mine = noted(firm, action="a")
        assert ids(staff.get(ALL, action="a", tenant_id=firm.pk)) == [mine.pk]
        is_problem(staff.get(ALL, tenant_id="x"), 422, "validation-error", "tenant_id")

    def test_a_page_costs_two_queries(self, staff, firm, django_assert_num_queries):
        for _ in range(20):
            noted(factories.tenant(credits=0, sender=""))
        with django_assert_num_queries(2):  # entries with their firms, people
            staff.get(ALL)


def test_no_answer_of_ours_tells_a_secret_in_its_trail(door, firm):
    """A token's plain text, a password and a number go through the doors; none of them is in what they leave behind."""
    made = door.post("/v1/tokens", {"name": "CRM", "abilities": ["*"]}).json()["plain_text_token"]
    door.send("+905551112233", body="Gizli sözcük 7391")
    told_ = door.get(LIST, per_page=200).content.decode()
    assert "token.created" in told_
    assert "sms.send" in told_
    for secret in (made, made.split("|")[1], "5551112233", "7391"):
        assert secret not in told_
