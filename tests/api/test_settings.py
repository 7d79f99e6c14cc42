"""#42-#45 besides the contract's own examples."""

import pytest

from tenants import sessions
from tenants.models import AuditEntry, Tenant, User
from tests import factories, mailbox
from tests.api import doors
from tests.api.doors import is_problem
from tests.tenants.test_sessions import browser

BASE = "/v1/panel/settings"
NEW = "yenisifre12345"
pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.tenant(credits=0)


def put(door, path, body):
    return door.call("PUT", f"{BASE}/{path}", body)


def inside(firm, role="admin"):
    person = factories.user(firm, role=role)
    return person, doors.Door(factories.token(person))


class TestReading:
    @pytest.mark.parametrize(("role", "whole"), [("viewer", False), ("operator", False), ("admin", True)])
    def test_tells_each_role_its_own(self, firm, role, whole):
        person, door = inside(firm, role)
        data = door.get(BASE).json()["data"]
        assert (data["tenant"]["id"], data["user"]["id"]) == (firm.pk, person.pk)
        assert data["settings"]["can_see_full_msisdn"] is whole
        assert (data["tenant"]["webhook_url"], data["user"]["phone"]) == (None, None)

    def test_tells_the_persons_language_and_second_factor(self, firm):
        person, door = inside(firm)
        factories.authenticator(person)
        person.language = "en"
        person.save()
        data = door.get(BASE).json()["data"]
        assert (data["settings"]["locale"], data["user"]["two_factor_enabled"]) == ("en", True)

    def test_of_a_firm_is_nothing_that_platform_staff_have(self):
        door = doors.Door(factories.token(factories.reviewer()))
        assert (
            is_problem(door.get(BASE), 403, "forbidden")["detail"] == "Bu işlem bir firma hesabı gerektirir."
        )


class TestTheProfile:
    def test_is_a_name_for_everybody(self, firm):
        for role in ("viewer", "operator", "admin"):
            person, door = inside(firm, role)
            answer = put(door, "profile", {"name": "Ayşe Yılmaz"})
            assert answer.json()["data"]["user"]["name"] == "Ayşe Yılmaz"
            person.refresh_from_db()
            assert person.name == "Ayşe Yılmaz"

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    @pytest.mark.parametrize("field", ["tenant_name", "default_originator", "webhook_url"])
    def test_of_the_firm_is_for_administrators(self, firm, role, field):
        person, door = inside(firm, role)
        is_problem(put(door, "profile", {"name": "Ayşe", field: ""}), 403, "forbidden")
        person.refresh_from_db()
        assert person.name != "Ayşe"

    def test_of_the_firm_stays_as_it_is_where_nothing_is_said(self, firm):
        _, door = inside(firm)
        fields = {"tenant_name": None, "default_originator": None, "webhook_url": None}
        data = put(door, "profile", {"name": "Ayşe", **fields}).json()["data"]
        assert data["tenant"]["name"] == firm.name
        assert data["tenant"]["default_originator"] == factories.SENDER

    def test_loses_its_webhook_and_its_sender_by_an_empty_text(self, firm):
        _, door = inside(firm)
        put(door, "profile", {"name": "Ayşe", "webhook_url": "https://example.com/wh"})
        data = put(door, "profile", {"name": "Ayşe", "webhook_url": "", "default_originator": ""}).json()[
            "data"
        ]
        assert (data["tenant"]["webhook_url"], data["tenant"]["default_originator"]) == (None, None)

    @pytest.mark.parametrize("url", ["https://localhost/x", "https://10.0.0.1/x", "https://user@example.com"])
    def test_takes_no_address_inside(self, firm, url):
        _, door = inside(firm)
        is_problem(
            put(door, "profile", {"name": "A", "webhook_url": url}), 422, "validation-error", "webhook_url"
        )

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "name"),
            ({"name": None}, "name"),
            ({"name": 5}, "name"),
            ({"name": " "}, "name"),
            ({"name": "A", "tenant_name": " x" * 200}, "tenant_name"),
            ({"name": "A", "tenant_name": 5}, "tenant_name"),
        ],
    )
    def test_says_which_field_is_wrong(self, firm, body, field):
        is_problem(put(inside(firm)[1], "profile", body), 422, "validation-error", field)

    def test_changes_nothing_else(self, firm):
        person, door = inside(firm, "viewer")
        other = factories.tenant(credits=0)
        put(
            door,
            "profile",
            {"name": "A", "role": "admin", "tenant_id": other.pk, "email": "x@y.test", "slug": "x"},
        )
        after = User.objects.get(pk=person.pk)
        assert (after.role, after.tenant_id, after.email) == ("viewer", firm.pk, person.email)

    def test_is_in_the_trail(self, firm):
        person, door = inside(firm)
        put(door, "profile", {"name": "Ayşe", "tenant_name": "Yeni"})
        entry = AuditEntry.objects.of(firm).get(action="profile.updated")
        assert (entry.user_id, entry.meta) == (person.pk, {"fields": ["name", "tenant.name"]})


class TestThePassword:
    def body(self, **changes):
        fields = {
            "current_password": factories.PASSWORD,
            "new_password": NEW,
            "new_password_confirmation": NEW,
        }
        return fields | changes

    def test_ends_the_persons_other_tokens_and_browsers_and_nobody_elses(self, firm):
        person, door = inside(firm)
        other, colleague = doors.Door(factories.token(person)), inside(firm)[1]
        browser(person)
        assert put(door, "password", self.body()).status_code == 200
        assert [each.get("/v1/tokens").status_code for each in (door, other, colleague)] == [200, 401, 200]
        assert sessions.of_person(person) == []
        assert mailbox.received(person.email) == ["Parolanız değişti"]

    @pytest.mark.parametrize(
        ("changes", "sentences"),
        [
            ({"new_password_confirmation": "baska"}, ["parola doğrulaması eşleşmiyor."]),
            (
                {"new_password": "yalnizcaharfler", "new_password_confirmation": "yalnizcaharfler"},
                ["parola en az bir harf ve bir rakam içermelidir."],
            ),
            (
                {"new_password": "password1234", "new_password_confirmation": "password1234"},
                ["parola çok yaygın, tahmin edilmesi kolay."],
            ),
            (
                {"new_password": "kisa"},
                ["parola doğrulaması eşleşmiyor.", "parola en az 12 karakter olmalıdır."],
            ),
        ],
    )
    def test_has_to_be_a_good_one(self, firm, changes, sentences):
        person, door = inside(firm)
        body = is_problem(
            put(door, "password", self.body(**changes)), 422, "validation-error", "new_password"
        )
        assert (body["errors"]["new_password"], body["detail"]) == (sentences, sentences[0])
        person.refresh_from_db()
        assert person.check_password(factories.PASSWORD)

    def test_is_guessed_at_five_times_a_minute(self, firm):
        _, door = inside(firm)
        for _ in range(5):
            put(door, "password", self.body(current_password="yanlis"))
        answer = put(door, "password", self.body())
        assert is_problem(answer, 429, "too-many-attempts")["retry_after_seconds"] == int(
            answer["Retry-After"]
        )

    @pytest.mark.parametrize("field", ["current_password", "new_password", "new_password_confirmation"])
    @pytest.mark.parametrize("value", [None, 5, ...])
    def test_says_which_field_is_missing(self, firm, field, value):
        body = {name: each for name, each in self.body(**{field: value}).items() if each is not ...}
        is_problem(put(inside(firm)[1], "password", body), 422, "validation-error", field)


class TestTheWithdrawal:
    def test_needs_no_reason_and_has_the_next_log_in_ask_again(self, firm):
        person, door = inside(firm)
        for body in ({}, {"reason": None}):
            answer = door.post(f"{BASE}/kvkk-revoke", body)
            assert (answer.status_code, answer.json()["data"]["queued"]) == (202, True)
        entered = doors.Door().post("/v1/auth/login", {"email": person.email, "password": factories.PASSWORD})
        assert (entered.status_code, entered.json()["code"]) == (422, "kvkk_required")
        token = entered.json()["consent_token"]
        again = doors.Door().post("/v1/auth/kvkk-consent", {"consent_token": token, "kvkk_consent": True})
        assert again.status_code == 200
        assert door.get(BASE).json()["data"]["user"]["kvkk_consented_at"]

    def test_is_for_every_role(self, firm):
        for role in ("viewer", "operator", "admin"):
            assert inside(firm, role)[1].post(f"{BASE}/kvkk-revoke", {}).status_code == 202
        assert User.objects.exclude(kvkk_revoked_at=None).count() == 3

    def test_is_shown(self, firm):
        _, door = inside(firm)
        door.post(f"{BASE}/kvkk-revoke", {"reason": "x"})
        assert door.get(BASE).json()["data"]["user"]["kvkk_consented_at"] is None


def test_a_stranger_changes_nothing_of_another_firm(firm):
    _, stranger = inside(factories.tenant(credits=0))
    put(stranger, "profile", {"name": "A", "tenant_name": "Ele geçirildi"})
    assert Tenant.objects.get(pk=firm.pk).name == firm.name
    assert stranger.get(BASE).json()["data"]["tenant"]["id"] != firm.pk
