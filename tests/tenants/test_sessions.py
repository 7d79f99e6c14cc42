"""Sessions of browsers: when they are over, and how they are closed from afar."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from smsmerkezi import cron
from smsmerkezi.core.errors import NotFound
from tenants import sessions
from tenants.actors import Actor
from tenants.models import AuditEntry, PanelSession
from tests import factories

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def person():
    return factories.user(factories.tenant(credits=0, sender=""))


def by(user, **fields):
    return Actor(user.tenant, user, **{"ip": "203.0.113.9", "user_agent": FIREFOX, **fields})


def browser(user):
    """The key of a browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    key = client.session.session_key
    assert sessions.see(by=by(user), key=key)
    return key


def pass_time(**delta):
    back = timedelta(**delta)
    PanelSession.objects.update(seen_at=F("seen_at") - back, created_at=F("created_at") - back)


class TestASession:
    def test_is_known_from_where_and_since_when(self, person):
        browser(person)
        row = PanelSession.objects.annotate(now=Now()).get()
        assert (row.user_id, row.ip, row.user_agent) == (person.pk, "203.0.113.9", FIREFOX)
        assert row.created_at == row.seen_at
        assert row.now - row.created_at < timedelta(seconds=30)

    def test_keeps_no_more_of_a_browsers_name_than_fits(self, person):
        sessions.see(by=by(person, user_agent="x" * 1000), key="k")
        assert len(PanelSession.objects.get().user_agent) == 255

    def test_is_not_written_again_within_a_minute(self, person, django_assert_num_queries):
        key = browser(person)
        pass_time(seconds=50)
        with django_assert_num_queries(1):
            assert sessions.see(by=by(person), key=key)

    def test_is_written_once_a_minute_with_its_address(self, person, django_assert_num_queries):
        key = browser(person)
        pass_time(seconds=70)
        with django_assert_num_queries(2):
            assert sessions.see(by=by(person, ip="198.51.100.7"), key=key)
        row = PanelSession.objects.annotate(unseen=Now() - F("seen_at")).get()
        assert row.unseen < timedelta(seconds=30)
        assert row.ip == "198.51.100.7"

    def test_ends_after_thirty_idle_minutes(self, person):
        key = browser(person)
        pass_time(minutes=29)
        assert sessions.see(by=by(person), key=key)
        pass_time(minutes=31)
        assert not sessions.see(by=by(person), key=key)
        assert not Session.objects.filter(session_key=key).exists()
        assert not PanelSession.objects.exists()

    def test_ends_after_twelve_hours_however_busy_it_is(self, person):
        key = browser(person)
        for _ in range(25):
            assert sessions.see(by=by(person), key=key)
            pass_time(minutes=28)
        pass_time(minutes=21)
        assert not sessions.see(by=by(person), key=key)

    def test_is_not_kept_alive_by_what_a_page_asks_by_itself(self, person):
        key = browser(person)
        for _ in range(3):
            pass_time(minutes=9)
            assert sessions.see(by=by(person), key=key, active=False)
        pass_time(minutes=9)
        assert not sessions.see(by=by(person), key=key, active=False)

    def test_never_opens_for_another_person(self, person):
        key = browser(person)
        assert not sessions.see(by=by(factories.user(person.tenant)), key=key)


class TestTheList:
    def test_has_ones_own_open_browsers_the_last_used_first(self, person):
        old = browser(person)
        pass_time(minutes=5)
        new = browser(person)
        browser(factories.user(person.tenant))
        assert [row.key for row in sessions.of_person(person)] == [new, old]

    @pytest.mark.parametrize(
        "over", ["idle", "old", "logged out", "expired", "new password", "new second factor"]
    )
    def test_has_none_that_opens_no_door(self, person, over):
        key = browser(person)
        change = {
            "idle": lambda: pass_time(minutes=31),
            "old": lambda: PanelSession.objects.update(created_at=Now() - timedelta(hours=13)),
            "logged out": lambda: Session.objects.filter(session_key=key).delete(),
            "expired": lambda: Session.objects.update(expire_date=Now() - timedelta(seconds=1)),
            "new password": lambda: person.set_password("baska-bir-parola-7"),
            "new second factor": lambda: setattr(person, "session_epoch", 1),
        }
        change[over]()
        assert sessions.of_person(person) == []


class TestClosing:
    def test_one_leaves_the_others(self, person):
        gone, kept = browser(person), browser(person)
        row = PanelSession.objects.get(key=gone)
        sessions.close(by=by(person), session_id=row.pk)
        assert [each.key for each in sessions.of_person(person)] == [kept]
        assert not Session.objects.filter(session_key=gone).exists()
        entry = AuditEntry.objects.of(person.tenant).get(action="session.closed")
        assert (entry.user_id, entry.entity_type, entry.entity_id) == (person.pk, "PanelSession", row.pk)

    def test_one_of_somebody_else_is_not_possible(self, person):
        colleague, stranger = (
            factories.user(person.tenant),
            factories.user(factories.tenant(credits=0, sender="")),
        )
        browser(person)
        row = PanelSession.objects.get()
        for other in (colleague, stranger):
            with pytest.raises(NotFound):
                sessions.close(by=by(other), session_id=row.pk)
        assert PanelSession.objects.count() == 1
        assert not AuditEntry.objects.filter(action="session.closed").exists()

    def test_the_others_keeps_this_one(self, person):
        here, *_ = [browser(person) for _ in range(3)]
        colleague = browser(factories.user(person.tenant))
        assert sessions.close_others(by=by(person), key=here) == 2
        assert set(Session.objects.values_list("session_key", flat=True)) == {here, colleague}
        assert AuditEntry.objects.get(action="session.closed").meta == {"sessions": 2}

    def test_no_others_leaves_no_entry(self, person):
        assert sessions.close_others(by=by(person), key=browser(person)) == 0
        assert not AuditEntry.objects.filter(action="session.closed").exists()

    def test_all_takes_this_one_too(self, person):
        browser(person)
        assert sessions.end_all(user=person) == 1
        assert not Session.objects.exists()


def test_what_is_over_is_forgotten(person):
    kept, idle, out = browser(person), browser(person), browser(person)
    PanelSession.objects.filter(key=idle).update(seen_at=Now() - timedelta(minutes=31))
    Session.objects.filter(session_key=out).delete()
    stale = Client()
    stale.force_login(person)
    Session.objects.filter(session_key=stale.session.session_key).update(
        expire_date=Now() - timedelta(days=1)
    )
    assert cron.CHORES["forget_sessions"].work() == 2
    assert [row.key for row in PanelSession.objects.all()] == [kept]
    assert [row.session_key for row in Session.objects.all()] == [kept]


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_open_one_row(person):
    """Both have looked and found none, so both open it."""
    client = Client()
    client.force_login(person)

    def open_it(_):
        try:
            sessions.open_session(by=by(person), key=client.session.session_key)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_it, range(8)))
    assert PanelSession.objects.count() == 1
