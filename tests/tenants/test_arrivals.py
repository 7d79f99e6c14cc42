"""Somebody gets in from a place that is new: told once, never for the first place of all."""

from datetime import timedelta

import pytest

from smsmerkezi.core import clock
from tenants import arrivals, login, notices
from tenants.actors import Actor
from tenants.models import KnownNetwork, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return factories.user(factories.tenant(credits=0, sender=""))


def came(person: User, *places: str | None) -> list[str]:
    """Of which addresses the person was told, after these log-ins."""
    for ip in places:
        arrivals.note(by=Actor(person.tenant, person, ip=ip))
    return [notice.data["ip"] for notice in reversed(notices.of(person))]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (["192.0.2.7"], []),
        (["192.0.2.7", "192.0.2.7"], []),
        (["192.0.2.7", "192.0.2.200"], []),
        (["192.0.2.7", "198.51.100.7"], ["198.51.100.7"]),
        (["192.0.2.7", "198.51.100.7", "198.51.100.8", "192.0.2.9"], ["198.51.100.7"]),
        (["192.0.2.7", "2001:db8:1::7"], ["2001:db8:1::7"]),
        (["2001:db8:1:2::7", "2001:db8:1:3::9"], []),
        (["2001:db8:1::7", "2001:db8:2::7"], ["2001:db8:2::7"]),
        (["fe80::1%eth0"], []),
        ([None, "192.0.2.7", None], []),
    ],
)
def test_only_another_neighbourhood_is_new(person, places, told):
    assert came(person, *places) == told


def test_everybody_has_places_of_their_own(person):
    other = factories.user(person.tenant)
    came(person, "192.0.2.7")
    assert came(other, "198.51.100.7") == []
    assert came(person, "198.51.100.7") == ["198.51.100.7"]
    assert notices.of(other).count() == 0


def test_a_place_is_forgotten_after_half_a_year(person):
    came(person, "192.0.2.7", "198.51.100.7")
    KnownNetwork.objects.filter(network="198.51.100.0/24").update(seen_at=clock.now() - timedelta(days=181))
    assert arrivals.prune() == 1
    assert came(person, "198.51.100.7") == ["198.51.100.7"] * 2


def test_a_place_that_is_used_stays(person):
    came(person, "192.0.2.7")
    KnownNetwork.objects.update(seen_at=clock.now() - timedelta(days=179))
    came(person, "192.0.2.7")
    assert KnownNetwork.objects.get().seen_at > clock.now() - timedelta(minutes=1)


def logged_in(person: User, ip: str, password: str = factories.PASSWORD) -> None:
    login.log_in(email=person.email, password=password, caller=login.Caller(ip))


def test_a_log_in_is_such_an_arrival(person):
    for ip in ("192.0.2.7", "198.51.100.7"):
        logged_in(person, ip)
    assert [notice.kind for notice in notices.of(person)] == ["login_new_address"]


def test_a_wrong_password_is_none(person):
    logged_in(person, "192.0.2.7")
    with pytest.raises(login.BadCredentials):
        logged_in(person, "198.51.100.7", "yanlis-bir-parola")
    assert KnownNetwork.objects.count() == 1
    assert not notices.of(person).exists()


def test_half_a_log_in_is_none(person):
    """The second factor is still to come."""
    factories.authenticator(person)
    logged_in(person, "192.0.2.7")
    assert not KnownNetwork.objects.exists()
