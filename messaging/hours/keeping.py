"""What staff may change of the policy."""

from datetime import date, time

from django.db import transaction

from messaging.hours import policy
from messaging.hours.models import Holiday, Window
from smsmerkezi.core import changes
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants import access, audit
from tenants.actors import Actor

SHORTEST = 60  # minutes


class BadWindow(DomainError):
    code = "invalid-window"
    field = "closes"

    def __init__(self) -> None:
        super().__init__("Kapanış açılıştan en az bir saat sonra olmalı; ikisi de boşsa o gün kapalıdır.")


class AllClosed(DomainError):
    code = "never-open"

    def __init__(self) -> None:
        super().__init__("En az bir gün açık kalmalıdır; yoksa hiçbir ticari ileti gitmez.")


class KnownDay(Conflict):
    code = "holiday-known"
    field = "day"

    def __init__(self) -> None:
        super().__init__("Bu gün zaten tatil olarak kayıtlı.")


@transaction.atomic
def change(*, by: Actor, day: int, opens: time | None, closes: time | None) -> Window:
    """Raises Forbidden, BadWindow, AllClosed."""
    access.require(by, "hours.manage")
    if (opens is None) != (closes is None) or (
        opens and closes and _minutes(closes) - _minutes(opens) < SHORTEST
    ):
        raise BadWindow
    window = Window.objects.select_for_update(no_key=True).get(day=day)
    others = Window.objects.exclude(day=day).exclude(day=Window.Day.HOLIDAY).exclude(opens=None)
    if opens is None and day != Window.Day.HOLIDAY and not others.exists():
        raise AllClosed
    changed = changes.between(window, {"opens": opens, "closes": closes})
    window.opens, window.closes = opens, closes
    window.save()
    told = {name: [str(value or "") for value in pair] for name, pair in changed.items()}
    audit.record(by=by, action="hours.changed", entity=window, changes=told)
    transaction.on_commit(policy.forget)
    return window


@transaction.atomic
def add_holiday(*, by: Actor, day: date, name: str) -> Holiday:
    """Raises Forbidden, KnownDay."""
    access.require(by, "hours.manage")
    made, fresh = Holiday.objects.get_or_create(day=day, defaults={"name": " ".join(name.split())[:80]})
    if not fresh:
        raise KnownDay
    audit.record(by=by, action="hours.holiday-added", entity=made, meta={"day": str(day)})
    transaction.on_commit(policy.forget)
    return made


@transaction.atomic
def remove_holiday(*, by: Actor, holiday_id: int) -> None:
    """Raises Forbidden, NotFound."""
    access.require(by, "hours.manage")
    found = Holiday.objects.select_for_update(no_key=True).filter(pk=holiday_id).first()
    if found is None:
        raise NotFound("Tatil bulunamadı.")
    audit.record(by=by, action="hours.holiday-removed", entity=found, meta={"day": str(found.day)})
    found.delete()
    transaction.on_commit(policy.forget)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
