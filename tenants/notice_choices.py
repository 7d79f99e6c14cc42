"""How each person wants to be told of each kind of event."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import transaction

from tenants import audit
from tenants.actors import Actor
from tenants.models import NotificationChoice, User
from tenants.notice_kinds import KINDS, Kind


class Ways(NamedTuple):
    """How somebody is told."""

    panel: bool
    email: bool


def choices(user: User) -> list[tuple[str, Kind, Ways]]:
    """Every kind that may reach this person, and how they are told of it."""
    chosen = {row.kind: Ways(row.panel, row.email) for row in user.notification_choices.all()}
    return [
        (name, kind, _ways(kind, chosen.get(name)))
        for name, kind in KINDS.items()
        if user.is_super_admin or not kind.staff
    ]


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


def chosen(people: Iterable[User], kind: str) -> dict[int, Ways]:
    """By the person's id."""
    rows = NotificationChoice.objects.filter(user__in=people, kind=kind)
    found = {row.user_id: Ways(row.panel, row.email) for row in rows}
    return {user.pk: _ways(KINDS[kind], found.get(user.pk)) for user in people}


def _ways(kind: Kind, chosen: Ways | None) -> Ways:
    if kind.guarding:
        return Ways(panel=True, email=True)
    return chosen or Ways(panel=True, email=kind.mailed)
