"""What people are told: in the panel's bell, by mail, or both, as each of them chose."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import translation

from smsmerkezi.core.errors import NotFound
from tenants import mail, notice_choices, notice_kinds
from tenants.actors import Actor
from tenants.models import Notification, User
from tenants.notice_kinds import KINDS, Words

KEPT = 180  # days


def notify(
    *, people: Iterable[User], kind: str, data: Mapping[str, Any] | None = None, by_mail: bool = True
) -> None:
    """Tell each of `people`, in the transaction of what it tells of. `data` is the facts of the kind's sentences: plain
    JSON values, no secret, no number; `user` in it is the id of whom they name, with whose erasure the notice goes.

    Not `by_mail` where the caller writes a mail of its own.
    Mails go to verified addresses only: whoever registers with somebody else's would write to that person.
    """
    people, facts = list(people), dict(data or {})
    chosen = notice_choices.chosen(people, kind)
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
        if by_mail and chosen[user.pk].email and user.email_verified_at:
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


def prune() -> int:
    """Forget what is half a year old; how many."""
    return Notification.objects.filter(created_at__lt=Now() - timedelta(days=KEPT)).delete()[0]


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
