"""#61-#64: who is in the firm, who is asked, who goes; and what none of it does."""

import pytest

from tenants import invitations, team
from tenants.actors import Actor
from tenants.models import AuditEntry, Invitation, OutgoingMail, User
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem, is_unauthenticated

USERS, INVITE = "/v1/panel/users", "/v1/panel/users/invite"
EMAIL = "yeni@ornek.test"


@pytest.fixture
def owner(firm) -> User:
    return factories.user(firm)


@pytest.fixture
def admin(owner) -> doors.Door:
    return doors.Door(factories.token(owner))


@pytest.fixture
def asked(firm, owner) -> Invitation:
    return invitations.invite(by=Actor(firm, owner), email=EMAIL, role="viewer")


@pytest.fixture
def stranger(asked) -> doors.Door:
    return doors.door(factories.tenant(credits=0))


class TestTheList:
    def test_has_people_in_order_and_pending_invitations_only(self, firm, owner, admin, asked):
        colleague = factories.user(firm, role="viewer")
        gone = factories.user(firm, role="viewer")
        by = Actor(firm, owner)
        team.remove(by=by, user_id=gone.pk)
        withdrawn = invitations.invite(by=by, email="b@ornek.test", role="viewer")
        invitations.cancel(by=by, invitation_id=withdrawn.pk)
        told = admin.get(USERS).json()["data"]
        assert [row["id"] for row in told["users"]] == [owner.pk, colleague.pk]
        assert [row["id"] for row in told["invitations"]] == [asked.pk]

    def test_tells_the_second_factor_and_the_last_log_in(self, owner, admin):
        factories.authenticator(owner)
        User.objects.filter(pk=owner.pk).update(last_login=factories.moment("2026-05-01T08:00:00+03:00"))
        row = admin.get(USERS).json()["data"]["users"][0]
        assert (row["two_factor_enabled"], row["last_login_at"]) == (True, "2026-05-01T05:00:00+00:00")

    def test_asks_as_often_for_many_as_for_few(self, firm, admin, django_assert_max_num_queries):
        for _ in range(5):
            factories.user(firm)
        with django_assert_max_num_queries(3):
            admin.get(USERS)

    def test_has_no_stranger(self, stranger, asked):
        told = stranger.get(USERS).json()["data"]
        assert (len(told["users"]), told["invitations"]) == (1, [])

    def test_has_no_firm_to_show_to_platform_staff(self, firm):
        said = is_problem(doors.Door(factories.token(factories.reviewer())).get(USERS), 403, "forbidden")
        assert said["detail"] == "Bu işlem bir firma hesabı gerektirir."


class TestInviting:
    def test_sends_one_mail_and_writes_one_entry_in_the_tokens_name(self, firm, admin, owner):
        made = admin.post(INVITE, {"email": EMAIL, "role": "operator"}).json()["data"]
        assert OutgoingMail.objects.get().to == EMAIL
        entry = AuditEntry.objects.get(action="user.invited", entity_id=made["id"])
        assert (entry.tenant_id, entry.user_id) == (firm.pk, owner.pk)
        assert entry.token_id is not None

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"role": "viewer"}, "email"),
            ({"email": "", "role": "viewer"}, "email"),
            ({"email": None, "role": "viewer"}, "email"),
            ({"email": 5, "role": "viewer"}, "email"),
            ({"email": ["a@b.test"], "role": "viewer"}, "email"),
            ({"email": "a" * 250 + "@b.test", "role": "viewer"}, "email"),
            ({"email": "a\x00@b.test", "role": "viewer"}, "email"),
            ({"email": "a@b.test\nBcc: c@d.test", "role": "viewer"}, "email"),
            ({"email": EMAIL}, "role"),
            ({"email": EMAIL, "role": None}, "role"),
            ({"email": EMAIL, "role": "super_admin"}, "role"),
            ({"email": EMAIL, "role": "ADMIN"}, "role"),
            ({"email": EMAIL, "role": ["admin"]}, "role"),
            ({"email": EMAIL, "role": {"a": 1}}, "role"),
        ],
    )
    def test_refuses_and_names_the_field(self, admin, body, field):
        said = is_problem(admin.post(INVITE, body), 422, "validation-error", field)
        assert said["detail"] == said["errors"][field][0]
        assert not Invitation.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_ignores_members_that_it_does_not_know(self, firm, admin):
        other = factories.tenant(credits=0)
        body = {"email": EMAIL, "role": "viewer", "tenant_id": other.pk, "status": "accepted", "id": 9}
        admin.post(INVITE, body)
        assert Invitation.objects.with_status().get().tenant == firm

    def test_too_often_is_told_when_to_come_again(self, firm, admin):
        for _ in range(5):
            made = admin.post(INVITE, {"email": EMAIL, "role": "viewer"}).json()["data"]
            admin.delete(f"{USERS}/invitations/{made['id']}")
        answer = admin.post(INVITE, {"email": EMAIL, "role": "viewer"})
        is_problem(answer, 429, "rate-limit")
        assert 86_000 < int(answer["Retry-After"]) <= 86_400


class TestCancelling:
    def test_happens_once(self, admin, asked):
        assert admin.delete(f"{USERS}/invitations/{asked.pk}").json() == {
            "data": {"id": asked.pk, "status": "cancelled"}
        }
        is_problem(admin.delete(f"{USERS}/invitations/{asked.pk}"), 422, "validation-error")
        assert AuditEntry.objects.filter(action="invitation.cancelled").count() == 1

    def test_of_a_foreign_one_answers_like_a_missing_one(self, stranger, asked):
        foreign = stranger.delete(f"{USERS}/invitations/{asked.pk}")
        missing = stranger.delete(f"{USERS}/invitations/999999999")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json() | {"instance": ""} == missing.json() | {"instance": ""}
        assert Invitation.objects.get().cancelled_at is None


class TestRemoving:
    def test_ends_the_persons_tokens_at_once(self, firm, admin):
        colleague = factories.user(firm, role="operator")
        theirs = doors.Door(factories.token(colleague))
        answer = admin.delete(f"{USERS}/{colleague.pk}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Content-Type" not in answer
        is_unauthenticated(theirs.get("/v1/balance"))
        is_problem(admin.delete(f"{USERS}/{colleague.pk}"), 404, "not-found")

    def test_of_oneself_is_refused(self, owner, admin):
        said = is_problem(admin.delete(f"{USERS}/{owner.pk}"), 422, "validation-error")
        assert said["detail"] == "Kendini silemezsin."
        assert admin.get(USERS).status_code == 200

    def test_of_a_foreign_person_answers_like_a_missing_one(self, owner, stranger):
        foreign, missing = (stranger.delete(f"{USERS}/{pk}") for pk in (owner.pk, 999999999))
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json() | {"instance": ""} == missing.json() | {"instance": ""}
        assert User.objects.get(pk=owner.pk).is_active


@pytest.mark.parametrize("raw", ["abc", "-1", "1.0", "9" * 40, "٣", "%00", "1%20"])
@pytest.mark.parametrize("path", [USERS, f"{USERS}/invitations"])
def test_an_id_that_is_none_is_not_found(admin, path, raw):
    is_problem(admin.delete(f"{path}/{raw}"), 404, "not-found")


@pytest.mark.parametrize(("method", "path"), [("PUT", USERS), ("GET", INVITE), ("GET", f"{USERS}/1")])
def test_other_methods_are_not_allowed(admin, method, path):
    is_problem(admin.call(method, path), 405, "method-not-allowed")
