"""#26, #28 and #29 as a client meets them, and as somebody who tries their luck does."""

import statistics
import time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import ApiToken, AuditEntry, RateWindow, User
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem
from tests.api.test_auth_doors import is_invalid
from tests.crowd import at_once

LOGIN, CHALLENGE, CONSENT = "/v1/auth/login", "/v1/auth/two-factor/challenge", "/v1/auth/kvkk-consent"
WRONG = "yanlis-bir-parola"


@pytest.fixture(autouse=True)
def _no_bucket(settings):
    settings.RATE_LIMITS = {"api": (60, 60), "sms-send": (30, 60), "auth": (10_000, 60)}


@pytest.fixture
def person(db):
    factories.gateway("mock", default=True)
    return factories.user(factories.tenant())


@pytest.fixture
def door() -> doors.Door:
    return doors.Door()


def knock(door, person, password=factories.PASSWORD, **more):
    return door.post(LOGIN, {"email": person.email, "password": password, **more})


class TestComingIn:
    def test_gives_a_token_that_opens_everything_its_owner_may(self, door, person):
        data = knock(door, person).json()["data"]
        inside = doors.Door(data["token"])
        assert inside.get("/v1/balance").status_code == 200
        assert inside.post("/v1/tokens", {"name": "CRM", "abilities": ["*"]}).status_code == 201
        assert data["user"]["email_verified_at"]

    def test_knows_the_email_in_any_spelling_of_its_letters(self, door, person):
        person.email = f" {person.email.upper()} "
        assert knock(door, person).status_code == 200

    def test_as_platform_staff_has_no_firm(self, door, person):
        data = knock(door, factories.reviewer()).json()["data"]
        assert (data["tenant"], data["user"]["is_super_admin"]) == (None, True)

    def test_goes_from_step_to_step(self, door, person):
        key = factories.authenticator(person)
        User.objects.update(kvkk_consented_at=None)
        refused = knock(door, person, device_name="iPhone 16")
        consent_token = is_problem(refused, 422, "kvkk-required")["consent_token"]
        agreed = door.post(CONSENT, {"consent_token": consent_token, "kvkk_consent": True})
        challenge = agreed.json()["data"]["challenge_token"]
        done = door.post(CHALLENGE, {"challenge_token": challenge, "code": factories.code(key)})
        assert done.json()["data"]["user"]["two_factor_enabled"] is True
        token = ApiToken.objects.get()
        assert (token.name, token.kind) == ("iPhone 16", "session")
        assert doors.Door(done.json()["data"]["token"]).get("/v1/auth/me").status_code == 200

    def test_is_on_the_trail_without_secrets(self, door, person):
        knock(door, person, WRONG)
        knock(door, person)
        rows = AuditEntry.objects.of(person.tenant).filter(user_id=person.pk).order_by("pk")
        assert [row.action for row in rows] == ["login.failed", "login"]
        assert rows[1].token_id == ApiToken.objects.get().pk
        assert not [row for row in rows if WRONG in str(vars(row))]

    def test_needs_a_password_whatever_else_it_brings(self, door, person):
        body = {"email": person.email, "challenge_token": "x", "is_super_admin": True, "role": "super_admin"}
        is_invalid(door.post(LOGIN, body), "password")


class TestTheChallenge:
    @pytest.fixture
    def key(self, person):
        return factories.authenticator(person)

    @pytest.fixture
    def secret(self, door, person, key) -> str:
        return knock(door, person).json()["data"]["challenge_token"]

    @pytest.mark.parametrize("extra", [{}, {"code": ""}, {"code": None, "recovery_code": None}, {"code": "1", "recovery_code": "2"}])  # fmt: skip
    def test_wants_exactly_one_of_two(self, door, secret, extra):
        is_invalid(door.post(CHALLENGE, {"challenge_token": secret, **extra}), "code")

    def test_counts_five_tries(self, door, secret, key):
        for _ in range(5):
            answer = door.post(CHALLENGE, {"challenge_token": secret, "code": "000000"})
            assert is_invalid(answer, "code") == {"code": ["Doğrulama kodu hatalı."]}
        right = {"challenge_token": secret, "code": factories.code(key)}
        is_invalid(door.post(CHALLENGE, right), "challenge_token")

    def test_names_the_recovery_code_that_is_wrong(self, door, secret):
        answer = door.post(CHALLENGE, {"challenge_token": secret, "recovery_code": "architecto"})
        is_invalid(answer, "recovery_code")

    def test_takes_a_recovery_code_once(self, door, person, secret):
        code = factories.recovery_codes(person)[0]
        assert door.post(CHALLENGE, {"challenge_token": secret, "recovery_code": code}).status_code == 200
        again = knock(door, person).json()["data"]["challenge_token"]
        is_invalid(door.post(CHALLENGE, {"challenge_token": again, "recovery_code": code}), "recovery_code")

    def test_waits_when_somebody_guesses_through_many_challenges(self, door, person, key):
        for _ in range(5):
            secret = knock(door, person).json()["data"]["challenge_token"]
            door.post(CHALLENGE, {"challenge_token": secret, "code": "000000"})
        secret = knock(door, person).json()["data"]["challenge_token"]
        answer = door.post(CHALLENGE, {"challenge_token": secret, "code": factories.code(key)})
        said = is_problem(answer, 429, "too-many-attempts")
        assert said["retry_after_seconds"] == int(answer["Retry-After"])

    @pytest.mark.django_db(transaction=True)
    def test_opens_for_one_of_twenty_at_once(self, person, secret, key):
        body = {"challenge_token": secret, "code": factories.code(key)}
        told = at_once(lambda _: doors.Door().post(CHALLENGE, body).status_code, 20)
        assert told == {200: 1, 422: 19}
        assert ApiToken.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_is_opened_by_one_code_for_one_of_twenty_challenges(self, door, person, key):
        secrets = [knock(door, person).json()["data"]["challenge_token"] for _ in range(20)]
        code = factories.code(key)
        told = at_once(
            lambda n: doors.Door().post(CHALLENGE, {"challenge_token": secrets[n], "code": code}).status_code,
            20,
        )
        assert told[200] == 1
        assert ApiToken.objects.count() == 1


class TestConsent:
    @pytest.fixture
    def token(self, door, person) -> str:
        User.objects.update(kvkk_consented_at=None)
        return knock(door, person).json()["consent_token"]

    @pytest.mark.parametrize("value", [False, None, 1, "true", "yes", []])
    def test_is_true_or_nothing(self, door, token, value):
        errors = is_invalid(
            door.post(CONSENT, {"consent_token": token, "kvkk_consent": value}), "kvkk_consent"
        )
        assert errors["kvkk_consent"] == ["KVKK aydinlatma metnini onaylamaniz gerekir."]
        assert door.post(CONSENT, {"consent_token": token, "kvkk_consent": True}).status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_opens_for_one_of_ten_at_once(self, token):
        body = {"consent_token": token, "kvkk_consent": True}
        told = at_once(lambda _: doors.Door().post(CONSENT, body).status_code, 10)
        assert told == {200: 1, 422: 9}
        assert AuditEntry.objects.filter(action="kvkk.consented").count() == 1


class TestGuessing:
    def test_ends_after_five_in_a_minute_in_the_contracts_words(self, door, person):
        for _ in range(5):
            is_invalid(knock(door, person, WRONG), "email")
        answer = knock(door, person)
        said = is_problem(answer, 429, "too-many-attempts")
        seconds = said["retry_after_seconds"]
        assert said["detail"] == f"Cok fazla deneme. {seconds} saniye sonra tekrar deneyin."
        assert int(answer["Retry-After"]) == seconds
        assert int(answer["x-ratelimit-remaining"]) > 0

    @pytest.mark.django_db(transaction=True)
    def test_in_parallel_is_looked_at_five_times(self, person):
        told = at_once(lambda n: knock(doors.Door(), person, f"{WRONG}{n}").status_code, 20)
        assert told == {422: 5, 429: 15}
        assert AuditEntry.objects.filter(action="login.failed").count() == 5


class TestSomebodyWhoAsksWhoIsHere:
    """Equal answers, and equal work for them."""

    @pytest.fixture
    def nobody(self, person):
        return User(email="kimse@ornek.test")

    def told(self, answer):
        kept = {n: v for n, v in answer.headers.items() if n not in {"X-Request-Id", "X-RateLimit-Remaining"}}
        return answer.status_code, answer.content, kept

    def test_hears_the_same_of_everybody(self, door, person, nobody):
        closed = factories.user(person.tenant, is_active=False)
        deleted = factories.user(person.tenant, is_active=False, deleted_at=person.created_at)
        unusable = factories.user(person.tenant)
        unusable.set_unusable_password()
        unusable.save()
        answers = [
            self.told(knock(door, each, WRONG)) for each in (person, nobody, closed, deleted, unusable)
        ]
        assert answers == [answers[0]] * 5

    def test_makes_us_work_the_same(self, door, person, nobody, monkeypatch, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
        person.set_password(factories.PASSWORD)
        person.save()
        costs, encode = [], PBKDF2PasswordHasher.encode
        monkeypatch.setattr(
            PBKDF2PasswordHasher,
            "encode",
            lambda self, raw, salt, iterations=None: costs.append(1) or encode(self, raw, salt, 1),
        )
        work = []
        for each in (person, nobody):
            costs.clear()
            with CaptureQueriesContext(connection) as queries:
                knock(door, each, WRONG)
            work.append((len(costs), [query["sql"][:24] for query in queries]))
        assert work[0] == work[1]
        assert work[0][0] == 1

    def test_learns_nothing_from_the_clock(self, door, person, nobody, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        person.set_password(factories.PASSWORD)
        person.save()
        times: dict[str, list[float]] = {person.email: [], nobody.email: []}
        for _ in range(12):
            for email, taken in times.items():
                RateWindow.objects.all().delete()
                start = time.perf_counter()
                door.post(LOGIN, {"email": email, "password": WRONG})
                taken.append(time.perf_counter() - start)
        known, unknown = (statistics.median(each) for each in times.values())
        assert abs(known - unknown) < 0.5 * max(known, unknown)
