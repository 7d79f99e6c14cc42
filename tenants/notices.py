"""What people are told: in the panel's bell, by mail, or both, as each of them chose."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import translation

from smsmerkezi.core.errors import NotFound
from tenants import audit, mail, notice_kinds
from tenants.actors import Actor
from tenants.models import Notification, NotificationChoice, User
from tenants.notice_kinds import KINDS, Kind, Words

KEPT = 180  # days


class Ways(NamedTuple):
    """How somebody is told."""

    panel: bool
    email: bool


def notify(*, people: Iterable[User], kind: str, data: Mapping[str, Any] | None = None) -> None:
    """Tell each of `people`, in the transaction of what it tells of. `data` is the facts of the kind's sentences: plain
    JSON values, no secret, no number.

    Mails go to verified addresses only: whoever registers with somebody else's would write to that person.
    """
    people, facts = list(people), dict(data or {})
    chosen = _chosen(people, kind)
    with translation.override(settings.LANGUAGE_CODE):
        said = notice_kinds.say(kind, facts)
    Notification.objects.bulk_create(
        Notification(
            user=user, tenant_id=user.tenant_id, kind=kind, title=said.title, body=said.body, data=facts
        )
        for user in people
        if chosen[user.pk].panel
    )
    for user in people:
        if chosen[user.pk].email and user.email_verified_at:
            _mail(user, kind, facts)


def of(user: User) -> QuerySet[Notification]:
    """What a person was told, newest first: ids sort by time."""
    return Notification.objects.filter(user=user).order_by("-pk")


def unread(user: User) -> QuerySet[Notification]:
    return of(user).filter(read_at=None)


def words(notice: Notification) -> Words:
    """In the reader's language; as it was written where its kind is no more, or says more by now."""
    try:
        return notice_kinds.say(notice.kind, notice.data)
    except KeyError:
        return Words(notice.title, notice.body)


def mark_read(*, by: Actor, notice_id: UUID) -> Notification:
    """The first time counts. Raises NotFound."""
    of(by.person).filter(pk=notice_id, read_at=None).update(read_at=Now())
    found = of(by.person).filter(pk=notice_id).first()
    if found is None:
        raise NotFound("Bildirim bulunamadı.")
    return found


def mark_all_read(*, by: Actor) -> int:
    """How many were not."""
    return unread(by.person).update(read_at=Now())


def delete(*, by: Actor, notice_id: UUID) -> None:
    """Raises NotFound."""
    deleted, _ = of(by.person).filter(pk=notice_id).delete()
    if not deleted:
        raise NotFound("Bildirim bulunamadı.")


def choices(user: User) -> list[tuple[str, Kind, Ways]]:
    """Every kind, and how this person is told of it."""
    chosen = {row.kind: Ways(row.panel, row.email) for row in user.notification_choices.all()}
    return [(name, kind, _ways(kind, chosen.get(name))) for name, kind in KINDS.items()]


@transaction.atomic
def choose(*, by: Actor, wanted: Mapping[str, Ways]) -> None:
    """How the acting person wants to be told, by kind. Unknown kinds, and those that always come, stay as they are."""
    rows = [
        NotificationChoice(user=by.person, kind=name, panel=ways.panel, email=ways.email)
        for name, ways in wanted.items()
        if name in KINDS and not KINDS[name].guarding
    ]
    NotificationChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["panel", "email"]
    )
    audit.record(by=by, action="profile.updated", entity=by.person, meta={"fields": ["notifications"]})


def prune() -> int:
    """Forget what is half a year old; how many."""
    return Notification.objects.filter(created_at__lt=Now() - timedelta(days=KEPT)).delete()[0]


def _chosen(people: list[User], kind: str) -> dict[int, Ways]:
    rows = NotificationChoice.objects.filter(user__in=people, kind=kind)
    found = {row.user_id: Ways(row.panel, row.email) for row in rows}
    return {user.pk: _ways(KINDS[kind], found.get(user.pk)) for user in people}


def _ways(kind: Kind, chosen: Ways | None) -> Ways:
    if kind.guarding:
        return Ways(panel=True, email=True)
    return chosen or Ways(panel=True, email=kind.mailed)


def _mail(user: User, kind: str, facts: dict[str, Any]) -> None:
    with translation.override(user.language):
        said = notice_kinds.say(kind, facts)
    link = settings.SITE_URL + reverse(KINDS[kind].view or "panel-notifications")
    mail.send(
        to=user.email,
        template="notice",
        language=user.language,
        title=said.title,
        text=said.body,
        link=link,
        guarding=KINDS[kind].guarding,
    )
