"""The browsers in which a person is logged in: how long each may stay, and closing them from afar (security §5.1).

Django's session is what opens the door; our row beside it says since when, when last seen and from where. Closing one
deletes both. A password or a second factor that changes ends the others by itself (`User.session_epoch`).
"""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from smsmerkezi.core.errors import NotFound
from tenants import audit
from tenants.actors import Actor
from tenants.models import PanelSession, User

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
GLANCE = timedelta(minutes=1)  # seen again so soon is not written
OVER = Q(seen_at__lt=Now() - IDLE) | Q(created_at__lt=Now() - LONGEST)

# By the database's clock, which reads it later; two requests at once open one row.
OPEN = """
INSERT INTO tenants_panelsession (key, user_id, ip, user_agent, created_at, seen_at)
VALUES (%s, %s, %s, %s, now(), now()) ON CONFLICT (key) DO NOTHING
"""


def open_session(*, by: Actor, key: str) -> None:
    """Somebody has logged in in this browser."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [key, by.person.pk, by.ip, by.user_agent[:255]])


def see(*, by: Actor, key: str, active: bool = True) -> bool:
    """Note that this session is in use; False when its time is over and it is closed.

    What a page asks by itself is not `active`: it must not keep a deserted browser logged in.
    """
    found = PanelSession.objects.filter(key=key).annotate(
        unseen=Now() - F("seen_at"), age=Now() - F("created_at")
    )
    row = found.values_list("user_id", "unseen", "age").first()
    if row is None:
        open_session(by=by, key=key)
        return True
    owner, unseen, age = row
    if owner != by.user_id or unseen > IDLE or age > LONGEST:
        _end(PanelSession.objects.filter(key=key).values_list("key", flat=True))
        return False
    if active and unseen > GLANCE:
        PanelSession.objects.filter(key=key).update(seen_at=Now(), ip=by.ip)
    return True


def of_person(user: User) -> list[PanelSession]:
    """Those that still open the door, the last used first."""
    rows = PanelSession.objects.filter(user=user).exclude(OVER).order_by("-seen_at", "-pk")
    open_keys = _opening(user, [row.key for row in rows])
    return [row for row in rows if row.key in open_keys]


def _opening(user: User, keys: list[str]) -> set[str]:
    """A new password or second factor (`session_epoch`) shuts the others out before they are gone."""
    wanted = user.get_session_auth_hash()
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=Now())
    return {
        row.session_key
        for row in alive
        if constant_time_compare(row.get_decoded().get(HASH_SESSION_KEY, ""), wanted)
    }


@transaction.atomic
def close(*, by: Actor, session_id: int) -> None:
    """One of the acting person's own. Raises NotFound."""
    mine = PanelSession.objects.filter(user=by.person, pk=session_id)
    if not _end(mine.values_list("key", flat=True)):
        raise NotFound("Oturum bulunamadı.")
    audit.record(by=by, action="session.closed", entity_type="PanelSession", entity_id=session_id)


@transaction.atomic
def close_others(*, by: Actor, key: str) -> int:
    """All of the acting person's but this one; how many."""
    closed = end_all(user=by.person, besides=key)
    if closed:
        audit.record(by=by, action="session.closed", entity=by.person, meta={"sessions": closed})
    return closed


def end_all(*, user: User, besides: str = "") -> int:
    """For what ends them: a new password, a changed second factor, a withdrawn consent. How many."""
    return _end(PanelSession.objects.filter(user=user).exclude(key=besides).values_list("key", flat=True))


def forget(*, key: str) -> None:
    """Django has ended this one, or gave it another key."""
    PanelSession.objects.filter(key=key).delete()


def prune() -> int:
    """Forget what is over, and the rows whose browser logged out; how many."""
    Session.objects.filter(expire_date__lt=Now()).delete()
    dead = PanelSession.objects.exclude(key__in=Session.objects.values("session_key"))
    return _end(PanelSession.objects.filter(OVER).values_list("key", flat=True)) + dead.delete()[0]


def _end(keys: Iterable[str]) -> int:
    """How many there were. Django's row goes first: without it nothing opens the door."""
    gone = list(keys)
    Session.objects.filter(session_key__in=gone).delete()
    return PanelSession.objects.filter(key__in=gone).delete()[0]
