"""The scenes of #26-#31 and #34-#39: Ali Akin of Akin Tekstil, before, at and behind the door."""

from datetime import timedelta

from smsmerkezi.core import clock
from tenants import consent, limits, login
from tenants.models import RateWindow, Tenant, User
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


def guessed_too_often(firm: Tenant, example: Example) -> doors.Door:
    ali()
    fill(login._bucket(EMAIL, HERE), login.FAILURES.hits)
    fill(f"auth:{HERE}", 28)
    return doors.Door()


def fill(bucket: str, hits: int) -> None:
    """A window that opens anew in two seconds."""
    limits.hit(bucket, login.FAILURES)
    RateWindow.objects.filter(bucket=bucket).update(hits=hits, ends_at=clock.now() + timedelta(seconds=2))


BY_NAME = {
    "26-login/200-ok": at_the_door,
    "26-login/200-two-factor": with_a_second_factor,
    "26-login/422-kvkk": without_consent,
    "26-login/422-credentials": at_the_door,
    "26-login/429-attempts": guessed_too_often,
}
