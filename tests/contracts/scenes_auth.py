"""The scenes of #26-#31 and #34-#39: Ali Akin of Akin Tekstil, before, at and behind the door."""

from datetime import timedelta

from smsmerkezi.core import clock
from tenants import challenges, consent, enrolment, limits, login
from tenants.actors import Actor
from tenants.models import Authenticator, RateWindow, Tenant, User
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example

EMAIL, PASSWORD = "ali@firma.com", "GucluParola2026!"
HERE = "127.0.0.1"


def ali(**fields) -> User:
    firm = Tenant.objects.create(name="Akin Tekstil A.S.", slug="akin-tekstil-as")
    given = {
        "name": "Ali Akin",
        "role": "admin",
        "tenant": firm,
        "kvkk_consented_at": factories.moment("2026-05-01T08:00:00+00:00"),
        "kvkk_version": consent.VERSION,
    }
    return User.objects.create_user(EMAIL, PASSWORD, **{**given, **fields})


def at_the_door(firm: Tenant, example: Example) -> doors.Door:
    ali()
    return doors.Door()


def without_consent(firm: Tenant, example: Example) -> doors.Door:
    ali(kvkk_consented_at=None)
    return doors.Door()


def with_a_second_factor(firm: Tenant, example: Example) -> doors.Door:
    factories.authenticator(ali())
    return doors.Door()


def challenged(firm: Tenant, example: Example) -> doors.Door:
    """The sample's token, and the sample's code where the answer is to be good, become real ones."""
    person = ali()
    key, codes = factories.authenticator(person), factories.recovery_codes(person)
    body = example.request["body"]
    body["challenge_token"] = challenges.issue(
        user=person, kind=login.Kind.TWO_FACTOR, ip=HERE, device="x"
    ).secret
    if example.response["status"] == 200:
        body |= {"code": factories.code(key)} if "code" in body else {"recovery_code": codes[0]}
    return doors.Door()


def asked_for_consent(firm: Tenant, example: Example) -> doors.Door:
    person = ali(kvkk_consented_at=None)
    if "two-factor" in example.name:
        factories.authenticator(person)
    issued = challenges.issue(user=person, kind=login.Kind.KVKK, ip=HERE, device="x")
    example.request["body"]["consent_token"] = issued.secret
    return doors.Door()


def inside(firm: Tenant, example: Example) -> doors.Door:
    person = ali(phone="+905551234567")
    Tenant.objects.filter(pk=person.tenant.pk).update(default_originator="SMSMERKEZI")
    return doors.Door(factories.token(person))


def guessed_too_often(firm: Tenant, example: Example) -> doors.Door:
    ali()
    fill(login._bucket(EMAIL, HERE), login.FAILURES.hits)
    fill(f"auth:{HERE}", 28)
    return doors.Door()


def behind(firm: Tenant, example: Example) -> doors.Door:
    """Ali inside, in the state that the example's name tells; what is right in the body becomes really right."""
    door, person = inside(firm, example), User.objects.get(email=EMAIL)
    number, case = int(example.name[:2]), example.name.split("/")[1]
    if case == "409-already-on" or (number > 37 and case != "422-off"):
        factories.authenticator(person)
    elif case != "422-not-pending" and number in {35, 37}:
        enrolment.start(by=Actor(person.tenant, person))
    if number > 37 and case != "422-password":
        example.request["body"]["password"] = PASSWORD
    if (number, case) == (37, "200-ok"):
        key = Authenticator.objects.get().key
        example.request["body"]["code"] = factories.code(key)
    return door


def inside_too_often(firm: Tenant, example: Example) -> doors.Door:
    door = inside(firm, example)
    token = door.headers["Authorization"].removeprefix("Bearer ").split("|")[0]
    fill(f"api:{token}", 60, seconds=60)
    return door


def fill(bucket: str, hits: int, *, seconds: int = 2) -> None:
    """A window that opens anew in so many seconds."""
    limits.hit(bucket, login.FAILURES)
    ends_at = clock.now() + timedelta(seconds=seconds)
    RateWindow.objects.filter(bucket=bucket).update(hits=hits, ends_at=ends_at)


BEHIND = (
    "34-2fa/200-off",
    "35-2fa-setup/200-ok",
    "35-2fa-setup/422-not-pending",
    "36-2fa-enable/200-ok",
    "36-2fa-enable/409-already-on",
    "37-2fa-confirm/200-ok",
    "37-2fa-confirm/409-already-on",
    "37-2fa-confirm/422-code",
    "37-2fa-confirm/422-not-pending",
    "38-2fa-codes/200-ok",
    "38-2fa-codes/422-off",
    "38-2fa-codes/422-password",
    "39-2fa-disable/200-ok",
    "39-2fa-disable/422-password",
)
BY_NAME = {
    "26-login/200-ok": at_the_door,
    "26-login/200-two-factor": with_a_second_factor,
    "26-login/422-kvkk": without_consent,
    "26-login/422-credentials": at_the_door,
    "26-login/429-attempts": guessed_too_often,
    "28-two-factor/200-code": challenged,
    "28-two-factor/200-recovery-code": challenged,
    "28-two-factor/422-code": challenged,
    "28-two-factor/422-both": challenged,
    "29-kvkk-consent/200-ok": asked_for_consent,
    "29-kvkk-consent/200-two-factor": asked_for_consent,
    "29-kvkk-consent/422-refused": asked_for_consent,
    "30-logout/200-ok": inside,
    "30-logout/429-full": inside_too_often,
    "31-me/200-ok": inside,
    **dict.fromkeys(BEHIND, behind),
}
