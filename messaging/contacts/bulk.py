"""One thing done to many contacts: to those who were ticked at once, to everybody a search finds by a job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from messaging.contacts import book, filters, groups, members, optouts
from messaging.contacts.models import Contact
from messaging.files import jobs
from messaging.files.models import Job
from smsmerkezi.core.errors import DomainError
from tenants import access, audit
from tenants.actors import Actor

KIND = "contacts.bulk"
TICKED = 500  # contacts at once; more are found by a search
AT_ONCE = 1000  # contacts of a job's step


class NobodyChosen(DomainError):
    code = "nobody-chosen"

    def __init__(self) -> None:
        super().__init__("Önce kişi seçin.")


class BadAction(DomainError):
    code = "invalid-bulk-action"

    def __init__(self) -> None:
        super().__init__("Böyle bir işlem yok.")


@dataclass(frozen=True, slots=True)
class Action:
    """What is done; `group_id` for joining and leaving."""

    name: str
    group_id: int | None = None


Ids = Sequence[int]


def _join(by: Actor, ids: Ids, group_id: int | None) -> int:
    return members.join(by.tenant, group_id=group_id or 0, ids=list(ids))


def _leave(by: Actor, ids: Ids, group_id: int | None) -> int:
    return members.leave(by.tenant, group_id=group_id or 0, ids=list(ids))


def _refuse(by: Actor, ids: Ids, _group: int | None) -> int:
    rows = Contact.objects.of(by.tenant).filter(pk__in=ids)
    return optouts.put(by=by, msisdns=list(rows.values_list("msisdn", flat=True)))


def _archive(by: Actor, ids: Ids, _group: int | None) -> int:
    return book.of(by.tenant).filter(pk__in=ids).update(archived_at=Now())


def _delete(by: Actor, ids: Ids, _group: int | None) -> int:
    found = Contact.objects.of(by.tenant).filter(pk__in=ids).delete()[1]
    return found.get("contacts.Contact", 0)


ACTIONS: dict[str, Callable[[Actor, Ids, int | None], int]] = {
    "join": _join,
    "leave": _leave,
    "refuse": _refuse,
    "archive": _archive,
    "delete": _delete,
}
OF_GROUPS = {"join", "leave"}


@transaction.atomic
def ticked(*, by: Actor, action: Action, ids: Ids) -> int:
    """How many it changed. Raises Forbidden, BadAction, NobodyChosen, groups.Unknown."""
    _allowed(by, action)
    if not 0 < len(ids) <= TICKED:
        raise NobodyChosen
    return _done(by, action, sorted(set(ids)))


@transaction.atomic
def found(*, by: Actor, action: Action, asked: dict[str, str]) -> Job:
    """Everybody whom a search of the list finds, when the job comes to them. Raises as `ticked`, and filters.BadFilter."""
    _allowed(by, action)
    filters.ContactFilter(asked, book.of(by.tenant), firm=by.tenant).qs.exists()
    options = {"action": action.name, "group": action.group_id, "asked": asked}
    return jobs.start(by=by, kind=KIND, options=options)


def _allowed(by: Actor, action: Action) -> None:
    access.require(by, "contacts.write")
    if action.name not in ACTIONS:
        raise BadAction
    if action.name in OF_GROUPS:
        groups.find(by=by, group_id=action.group_id or 0)


def _done(by: Actor, action: Action, ids: Ids) -> int:
    book.hold(by.tenant)
    changed = ACTIONS[action.name](by, ids, action.group_id)
    _tell(by, action, changed)
    return changed


def _tell(by: Actor, action: Action, changed: int) -> None:
    meta = {"count": changed} | ({"group": action.group_id} if action.group_id else {})
    audit.record(by=by, action=f"contacts.{action.name}", entity_type="Contact", meta=meta)


class Bulk(jobs.Handler):
    """By id; `job.data` is how far it is. Each step leaves its line in the trail with its own work."""

    def step(self) -> bool:
        action = Action(self.job.options["action"], self.job.options["group"])
        _allowed(self.by, action)
        asked, last = self.job.options["asked"], (self.job.data or {}).get("last", 0)
        rows = filters.ContactFilter(asked, book.of(self.job.tenant), firm=self.job.tenant).qs
        near = rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        ids = list(near[:AT_ONCE])
        if ids:
            changed = _done(self.by, action, ids)
            told = (self.job.data or {}).get("changed", 0)
            self.job.data = {"last": ids[-1], "changed": told + changed}
            self.job.done += len(ids)
        return len(ids) == AT_ONCE
