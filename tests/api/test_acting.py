"""#77, #78 and POST, DELETE beside them: a super_admin's token acts for a firm (contract D20)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from billing import ledger
from smsmerkezi.core import clock
from tenants import acting, tokens
from tenants.actors import Actor
from tenants.limits import Limit
from tenants.models import ApiToken, AuditEntry, Tenant, User
from tests import factories, switching
from tests.api import doors
from tests.api.doors import is_problem, is_unauthenticated

HERE, STATUS = "/v1/panel/tenant-switcher", "/v1/panel/tenant-switcher/status"
AWAY = {"acting": False, "tenant": None, "since": None, "until": None}
CLOSED = "Bu işlem firma adına çalışırken yapılamaz. Önce kendi hesabınıza dönün."


@pytest.fixture
def staff(firm) -> doors.Door:
    return switching.staff_door()


@pytest.fixture
def stand_in(firm) -> doors.Door:
    return switching.acting_door(firm)


def actions() -> list[str]:
    wanted = AuditEntry.objects.filter(action__startswith="tenant.acting").order_by("pk")
    return [entry.action.removeprefix("tenant.acting_as_") for entry in wanted]


class TestTheList:
    def test_is_of_every_active_firm_newest_first(self, firm, staff):
        other = factories.tenant()
        said = staff.get(HERE).json()
        assert said["data"] == [
            {"id": each.pk, "name": each.name, "slug": each.slug} for each in (other, firm)
        ]
        assert said["meta"] == {
            "next_cursor": None, "prev_cursor": None, "has_more": False, "per_page": 20,
        }  # fmt: skip

    def test_is_searched_by_name_and_short_name(self, firm, staff):
        other = factories.tenant()
        assert [row["id"] for row in staff.get(HERE, q=other.slug.upper()).json()["data"]] == [other.pk]
        assert [row["id"] for row in staff.get(HERE, q=firm.name.lower()).json()["data"]] == [firm.pk]
        assert staff.get(HERE, q="yok böyle").json()["data"] == []

    def test_comes_in_pages(self, firm, staff):
        newer = [factories.tenant(credits=0, sender="").pk for _ in range(2)]
        wanted = [*reversed(newer), firm.pk]
        first = staff.get(HERE, per_page=2).json()
        second = staff.get(HERE, per_page=2, cursor=first["meta"]["next_cursor"]).json()
        assert [row["id"] for row in first["data"] + second["data"]] == wanted
        assert (first["meta"]["has_more"], second["meta"]["has_more"]) == (True, False)

    @pytest.mark.parametrize(
        "query", [{"per_page": 0}, {"per_page": 101}, {"per_page": "x"}, {"cursor": "architecto"}]
    )
    def test_refuses_what_is_out_of_range(self, staff, query):
        is_problem(staff.get(HERE, **query), 422, "validation-error", next(iter(query)))


class TestWhoeverIsNotPlatformStaff:
    @pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
    @pytest.mark.parametrize(
        ("method", "path"), [("GET", HERE), ("POST", HERE), ("DELETE", HERE), ("GET", STATUS)]
    )
    def test_is_refused(self, firm, role, method, path):
        door = doors.door(firm, role=role)
        said = is_problem(
            door.call(method, path, {"tenant_id": firm.pk, "reason": "Destek"}), 403, "forbidden"
        )
        assert said["detail"] == "Bu işlem için yetkiniz yok."

    def test_gets_nowhere_with_a_state_in_the_row(self, firm):
        """A person of a firm stays in that firm, whatever stands in the token's row."""
        other = factories.tenant(credits=7)
        plain = switching.session_token(factories.user(other))
        soon = clock.now() + timedelta(hours=1)
        ApiToken.objects.update(acting_for=firm, acting_since=clock.now(), acting_until=soon)
        assert doors.Door(plain).get("/v1/balance").json()["balance"] == 7

    def test_is_asked_for_every_ability(self, firm):
        door = doors.Door(switching.session_token(factories.reviewer(), "sms:read"))
        said = is_problem(switching.enter(door, firm), 403, "forbidden")
        assert said["detail"] == 'Bu token "*" yetkisine sahip değil.'


class TestStarting:
    def test_says_for_whom_since_when_and_until_when(self, firm, staff):
        said = switching.enter(staff, firm).json()["data"]
        assert said == staff.get(STATUS).json()["data"]
        assert said["tenant"] == {"id": firm.pk, "name": firm.name, "slug": firm.slug}
        since, until = (clock.parse_datetime_input(said[name]) for name in ("since", "until"))
        assert until - since == timedelta(minutes=60)

    def test_belongs_to_the_one_token(self, firm, staff):
        other = switching.staff_door()
        switching.enter(staff, firm)
        assert other.get(STATUS).json()["data"] == AWAY
        assert other.get("/v1/balance").status_code == 403

    def test_needs_a_token_that_a_log_in_gave(self, firm):
        key = doors.Door(factories.token(factories.reviewer()))
        said = is_problem(switching.enter(key, firm), 403, "forbidden")
        assert "yeniden giriş yapın" in said["detail"].lower()

    def test_needs_a_log_in_of_the_last_ten_minutes(self, firm, staff):
        ApiToken.objects.update(created_at=clock.now() - timedelta(minutes=11))
        is_problem(switching.enter(staff, firm), 403, "forbidden")
        ApiToken.objects.update(created_at=clock.now() - timedelta(minutes=9))
        assert switching.enter(staff, firm).status_code == 200

    def test_twice_is_a_conflict(self, firm, stand_in):
        is_problem(switching.enter(stand_in, factories.tenant()), 409, "conflict")
        assert stand_in.get(STATUS).json()["data"]["tenant"]["id"] == firm.pk

    def test_of_an_unknown_firm_is_not_found(self, firm, staff):
        is_problem(switching.enter(staff, firm, tenant_id=firm.pk + 1000), 404, "not-found")

    def test_of_a_suspended_firm_is_a_conflict(self, firm, staff):
        Tenant.objects.update(state=Tenant.State.SUSPENDED)
        is_problem(switching.enter(staff, firm), 409, "conflict")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"tenant_id": None}, "tenant_id"),
            ({"tenant_id": "abc"}, "tenant_id"),
            ({"tenant_id": 0}, "tenant_id"),
            ({"tenant_id": 2**63}, "tenant_id"),
            ({"tenant_id": "9" * 2000}, "tenant_id"),
            ({"tenant_id": []}, "tenant_id"),
            ({"reason": None}, "reason"),
            ({"reason": ""}, "reason"),
            ({"reason": "kısa"}, "reason"),
            ({"reason": "x" * 201}, "reason"),
            ({"reason": "x" * 5000}, "reason"),
            ({"reason": 12345}, "reason"),
            ({"reason": "a\x00bcdef"}, "reason"),
        ],
    )
    def test_refuses_and_names_the_field(self, firm, staff, fields, field):
        said = is_problem(switching.enter(staff, firm, **fields), 422, "validation-error", field)
        assert "This" not in said["detail"]
        assert actions() == []

    def test_needs_a_reason(self, firm, staff):
        is_problem(staff.post(HERE, {"tenant_id": firm.pk}), 422, "validation-error", "reason")


class TestWhileActing:
    def test_a_firms_rows_are_there_as_for_its_administrator(self, firm, stand_in):
        message = factories.sent(firm)
        assert stand_in.get("/v1/balance").json()["balance"] == ledger.account_of(firm).balance
        assert [row["id"] for row in stand_in.get("/v1/sms").json()["data"]] == [message.pk]
        assert stand_in.get(f"/v1/sms/{message.pk}").status_code == 200

    def test_another_firms_rows_are_not_there(self, stand_in):
        message = factories.sent(factories.tenant())
        is_problem(stand_in.get(f"/v1/sms/{message.pk}"), 404, "not-found")
        assert stand_in.get("/v1/sms").json()["data"] == []

    def test_a_message_is_the_firms_and_the_trail_names_both(self, firm, stand_in):
        sent = stand_in.send()
        assert sent.status_code == 202
        entry = AuditEntry.objects.of(firm).get(action="sms.send", entity_id=sent.json()["data"]["id"])
        assert (entry.user_id, entry.acting) == (factories.reviewer().pk, True)
        assert entry.token_id == number_of(stand_in)
        assert ledger.account_of(firm).reserved == 1

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/v1/tokens", None),
            ("POST", "/v1/tokens", {"name": "Arka kapı", "abilities": ["*"]}),
            ("DELETE", "/v1/tokens/1", None),
        ],
    )
    def test_tokens_are_closed_in_a_clear_sentence(self, stand_in, method, path, body):
        before = ApiToken.objects.count()
        said = is_problem(stand_in.call(method, path, body), 403, "forbidden")
        assert said["detail"] == CLOSED
        assert ApiToken.objects.count() == before

    def test_it_costs_no_statement_more(self, firm, staff, django_assert_max_num_queries):
        own = doors.door(firm)
        counts = []
        switching.enter(staff, firm)
        for door in (own, staff):
            with django_assert_max_num_queries(5) as seen:
                door.get("/v1/balance")
            counts.append(len(seen))
        assert counts[0] == counts[1]


class TestTheEnd:
    def test_comes_with_delete(self, stand_in):
        answer = stand_in.delete(HERE)
        assert (answer.status_code, answer.content) == (204, b"")
        assert stand_in.get(STATUS).json()["data"] == AWAY
        is_problem(stand_in.get("/v1/balance"), 403, "forbidden")
        assert stand_in.get("/v1/tokens").status_code == 200
        assert actions() == ["started", "ended"]

    def test_twice_is_the_same_and_written_once(self, firm, stand_in):
        assert [stand_in.delete(HERE).status_code for _ in range(2)] == [204, 204]
        assert actions() == ["started", "ended"]
        ended = AuditEntry.objects.get(action="tenant.acting_as_ended")
        assert (ended.tenant_id, ended.user_id, ended.acting) == (firm.pk, factories.reviewer().pk, True)

    def test_comes_after_an_hour(self, firm, stand_in):
        ApiToken.objects.update(acting_until=clock.now() + timedelta(seconds=5))
        assert stand_in.get("/v1/balance").status_code == 200
        ApiToken.objects.update(acting_until=clock.now() - timedelta(seconds=1))
        is_problem(stand_in.get("/v1/balance"), 403, "forbidden")
        is_problem(stand_in.send(), 403, "forbidden")
        assert stand_in.get(STATUS).json()["data"] == AWAY
        assert switching.enter(stand_in, firm).status_code == 200

    def test_comes_when_the_firm_is_suspended_and_the_token_lives_on(self, stand_in):
        Tenant.objects.update(state=Tenant.State.SUSPENDED)
        is_problem(stand_in.get("/v1/balance"), 403, "forbidden")
        assert stand_in.get(STATUS).json()["data"] == AWAY

    def test_comes_when_the_person_is_platform_staff_no_more(self, firm, stand_in):
        other = factories.tenant(credits=7)
        User.objects.filter(pk=factories.reviewer().pk).update(role="viewer", tenant=other)
        assert stand_in.get("/v1/balance").json()["balance"] == 7
        is_problem(stand_in.get(STATUS), 403, "forbidden")

    def test_comes_with_a_log_out_which_is_the_platforms_own(self, firm, stand_in):
        assert stand_in.post("/v1/auth/logout").status_code == 200
        assert actions() == ["started", "ended"]
        is_unauthenticated(stand_in.get(STATUS))
        out = AuditEntry.objects.get(action="logout")
        assert (out.tenant_id, out.user_id, out.acting) == (None, factories.reviewer().pk, False)

    def test_of_a_token_that_was_revoked_meanwhile_is_not_found(self, firm, stand_in):
        by = Actor(firm, factories.reviewer(), token_id=number_of(stand_in), acting=True)
        ApiToken.objects.all().delete()
        with pytest.raises(acting.NotFound):
            acting.end_with_token(by=by)


class TestMe:
    def test_is_told_for_whom_it_acts(self, firm):
        assert acting.acting_as(by=switching.stand_in(firm)) == {
            "id": firm.pk, "name": firm.name, "slug": firm.slug,
        }  # fmt: skip
        assert acting.acting_as(by=switching.staff()) is None
        assert acting.acting_as(by=factories.actor(firm)) is None

    def test_is_told_so_by_the_api_with_what_is_open_meanwhile(self, firm, staff):
        own = staff.get("/v1/auth/me").json()["data"]
        switching.enter(staff, firm)
        said = staff.get("/v1/auth/me").json()["data"]
        assert (own["acting_as"], said["acting_as"]) == (None, acting.brief(firm))
        assert (own["tenant"], said["tenant"]) == (None, None)
        assert set(own["permissions"]) - set(said["permissions"]) == {"users.manage"}


@pytest.mark.django_db(transaction=True)
def test_of_many_starts_at_once_one_succeeds():
    firms = [factories.tenant(credits=0, sender="") for _ in range(8)]
    plain = switching.session_token(factories.reviewer())
    by = Actor(None, factories.reviewer(), token_id=switching.token_id(plain))

    def begin(firm: Tenant) -> str:
        try:
            acting.start_with_token(by=by, tenant_id=firm.pk, reason=switching.REASON)
        except acting.ActingAlready:
            return "already"
        finally:
            connections["default"].close()
        return "started"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(begin, firms))
    assert sorted(outcomes) == ["already"] * 7 + ["started"]
    assert actions() == ["started"]
    found = tokens.authenticate(bearer=plain, scope="api", limit=Limit(100, 60))
    entry = AuditEntry.objects.get(acting=True)
    assert found.user.firm is not None
    assert found.user.firm.pk == entry.tenant_id


def number_of(door: doors.Door) -> int:
    return switching.token_id(door.headers["Authorization"].removeprefix("Bearer "))
