"""#34-#39 as a client meets them: begun, confirmed, used, renewed, disabled; each on one's own account only."""

import base64
from xml.etree import ElementTree as ET

import pytest

from tenants.models import ApiToken, AuditEntry, Authenticator, User
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem
from tests.crowd import at_once

BASE = "/v1/panel/2fa"
OFF = {"enabled": False, "pending_confirmation": False, "recovery_codes_count": 0, "confirmed_at": None}
PASSWORD = {"password": factories.PASSWORD}


def begun(door) -> bytes:
    """Start, read the key as an app would, give it back."""
    door.post(f"{BASE}/enable")
    return base64.b32decode(door.get(f"{BASE}/setup").json()["data"]["secret"])


def switched_on(door) -> list[str]:
    """The recovery codes."""
    answer = door.post(f"{BASE}/confirm", {"code": factories.code(begun(door))})
    return answer.json()["data"]["recovery_codes"]


def owner_of(door) -> User:
    number = door.headers["Authorization"].removeprefix("Bearer ").split("|")[0]
    return ApiToken.objects.get(pk=number).user


def standing(door) -> dict:
    return door.get(BASE).json()["data"]


class TestSettingUp:
    def test_goes_from_off_to_pending_to_on(self, door):
        assert standing(door) == OFF
        key = begun(door)
        assert standing(door) == OFF | {"pending_confirmation": True}
        door.post(f"{BASE}/confirm", {"code": factories.code(key)})
        now = standing(door)
        assert now["confirmed_at"]
        assert now == {"enabled": True, "pending_confirmation": False, "recovery_codes_count": 8} | {
            "confirmed_at": now["confirmed_at"]
        }

    def test_shows_the_key_three_ways_that_agree(self, door):
        door.post(f"{BASE}/enable")
        data = door.get(f"{BASE}/setup").json()["data"]
        email = owner_of(door).email
        assert data["otpauth_url"] == (
            f"otpauth://totp/SMS%20Merkezi:{email}?secret={data['secret']}&issuer=SMS%20Merkezi"
        )
        picture = ET.fromstring(data["qr_svg"])
        assert picture.tag.endswith("svg")
        assert not {"style", "onload"} & {name for node in picture.iter() for name in node.attrib}

    def test_begun_again_has_another_key(self, door):
        first, second = begun(door), begun(door)
        assert first != second
        answer = door.post(f"{BASE}/confirm", {"code": factories.code(first)})
        assert is_problem(answer, 422, "validation-error", "code")["detail"] == "Kod hatali."
        assert door.post(f"{BASE}/confirm", {"code": factories.code(second)}).status_code == 200

    def test_keeps_the_key_encrypted(self, door):
        key = begun(door)
        stored = Authenticator.objects.get().secret
        assert key.hex() not in stored
        assert base64.b32encode(key).decode() not in stored

    def test_is_not_begun_nor_shown_where_it_is_on(self, door):
        switched_on(door)
        is_problem(door.post(f"{BASE}/enable"), 409, "conflict")
        is_problem(door.post(f"{BASE}/confirm", {"code": "123456"}), 409, "conflict")
        is_problem(door.get(f"{BASE}/setup"), 422, "validation-error")

    @pytest.mark.parametrize("body", [{}, {"code": None}, {"code": 123456}, {"code": ""}, {"code": "x" * 65}])
    def test_wants_its_code_as_text(self, door, body):
        begun(door)
        is_problem(door.post(f"{BASE}/confirm", body), 422, "validation-error", "code")

    def test_is_asked_for_at_the_next_log_in_and_not_with_the_code_that_confirmed_it(self, door, firm):
        code = factories.code(key := begun(door))
        door.post(f"{BASE}/confirm", {"code": code})
        body = {"email": owner_of(door).email, **PASSWORD}
        secret = doors.Door().post("/v1/auth/login", body).json()["data"]["challenge_token"]
        answers = [
            doors.Door().post("/v1/auth/two-factor/challenge", {"challenge_token": secret, "code": each})
            for each in (code, factories.code(key, steps=1))
        ]
        assert [answer.status_code for answer in answers] == [422, 200]

    def test_leaves_the_token_and_ends_browsers(self, door, client):
        client.force_login(owner_of(door))
        assert client.get("/mesajlar").status_code == 200
        switched_on(door)
        assert client.get("/mesajlar").status_code == 302
        assert door.get("/v1/balance").status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_is_confirmed_by_one_of_ten_at_once(self, door):
        code = factories.code(begun(door))
        token = door.headers["Authorization"].removeprefix("Bearer ")
        told = at_once(lambda _: doors.Door(token).post(f"{BASE}/confirm", {"code": code}).status_code, 10)
        assert told[200] == 1
        assert standing(door)["recovery_codes_count"] == 8
        assert AuditEntry.objects.filter(action="2fa.enabled").count() == 1


class TestRecoveryCodes:
    def test_are_shown_once_and_counted(self, door):
        codes = switched_on(door)
        assert len(set(codes)) == 8
        assert codes[0] not in door.get(BASE).content.decode()

    def test_renewed_make_the_old_ones_void(self, door):
        old = switched_on(door)
        new = door.post(f"{BASE}/recovery-codes/regenerate", PASSWORD).json()["data"]["recovery_codes"]
        assert not set(old) & set(new)
        body = {"email": owner_of(door).email, **PASSWORD}
        secret = doors.Door().post("/v1/auth/login", body).json()["data"]["challenge_token"]
        told = [
            doors.Door().post(
                "/v1/auth/two-factor/challenge", {"challenge_token": secret, "recovery_code": code}
            )
            for code in (old[0], new[0])
        ]
        assert [answer.status_code for answer in told] == [422, 200]
        assert standing(door)["recovery_codes_count"] == 7

    def test_of_a_second_factor_that_is_off_cannot_be_renewed(self, door):
        answer = door.post(f"{BASE}/recovery-codes/regenerate", PASSWORD)
        assert is_problem(answer, 422, "validation-error")["detail"] == "2FA aktif degil."


class TestDisabling:
    def test_needs_the_password_and_takes_everything_away(self, door):
        switched_on(door)
        refused = door.call("DELETE", BASE, {"password": "yanlis"})
        assert is_problem(refused, 422, "validation-error", "password")["detail"] == "Sifre hatali."
        assert door.call("DELETE", BASE, PASSWORD).json() == {"data": OFF}
        assert (
            doors.Door()
            .post("/v1/auth/login", {"email": owner_of(door).email, **PASSWORD})
            .json()["data"]["token"]
        )

    def test_gives_up_what_was_only_begun(self, door):
        begun(door)
        assert door.call("DELETE", BASE, PASSWORD).json() == {"data": OFF}
        assert door.call("DELETE", BASE, PASSWORD).json() == {"data": OFF}
        assert not AuditEntry.objects.filter(action="2fa.disabled").exists()

    @pytest.mark.parametrize(
        ("method", "path"), [("DELETE", BASE), ("POST", f"{BASE}/recovery-codes/regenerate")]
    )
    def test_is_no_way_to_guess_the_password(self, door, method, path):
        switched_on(door)
        for _ in range(5):
            is_problem(door.call(method, path, {"password": "yanlis"}), 422, "validation-error", "password")
        is_problem(door.call(method, path, PASSWORD), 429, "too-many-attempts")
        assert standing(door)["enabled"]

    @pytest.mark.parametrize("body", [{}, {"password": None}, {"password": 5}, {"password": ""}, b"[]", b"{"])
    def test_wants_the_password_as_text(self, door, body):
        assert door.call("DELETE", BASE, body).status_code in {400, 422}


def test_every_change_is_on_the_trail_without_secrets(door, firm):
    codes = switched_on(door)
    door.post(f"{BASE}/recovery-codes/regenerate", PASSWORD)
    door.call("DELETE", BASE, PASSWORD)
    rows = AuditEntry.objects.of(firm).filter(action__startswith="2fa.").order_by("pk")
    assert [row.action for row in rows] == ["2fa.enabled", "2fa.recovery_regenerated", "2fa.disabled"]
    assert {row.user_id for row in rows} == {owner_of(door).pk}
    assert not [code for code in codes if any(code in str(vars(row)) for row in rows)]


def test_somebody_elses_second_factor_is_neither_seen_nor_touched(door, firm):
    switched_on(door)
    for stranger in (doors.door(firm), doors.door(factories.tenant())):
        assert standing(stranger) == OFF
        stranger.call("DELETE", BASE, PASSWORD)
        is_problem(stranger.get(f"{BASE}/setup"), 422, "validation-error")
    assert standing(door)["enabled"]


def test_platform_staff_have_one_too(firm):
    door = doors.Door(factories.token(factories.reviewer()))
    assert len(switched_on(door)) == 8
