"""Long work, done by a worker in steps that each commit with the place where they ended.

Whoever dies loses one step: the lease lapses, and the next worker goes on from the last one. Who finds that somebody else
has taken the job over (the fence has moved) writes nothing.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from messaging.files.models import Job, StoredFile
from smsmerkezi import scope
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants.actors import Actor
from tenants.models import User

LEASE = timedelta(seconds=60)  # no step may take half of it
KEPT_FOR, PRUNED_AT_ONCE = timedelta(days=30), 1000
TURN = 10.0  # seconds that a job runs while another one waits
CRASHES = 5  # in a row, then the job is given up
CHANGES = ["done", "total", "data", "result", "due_at", "crashes"]
GIVEN_UP = "Beklenmeyen bir hata oluştu. Kayıt no ile bize yazın; yarım kalan bir şey yok."

stopping = threading.Event()  # set by the worker: nothing new is begun


class Handler(ABC):
    """What a kind of job does. Made anew by each worker that takes the job up, and once more when it has failed: whatever is
    opened, is opened by the first step, as far along as `job.data` says. One that `begins_anew` does not know how far it was,
    and keeps its turn to its end.
    """

    begins_anew = False

    def __init__(self, job: Job) -> None:
        self.job = job

    @abstractmethod
    def step(self) -> bool:
        """The next piece of work, in a transaction; sets done, total and data. False when that was the last.

        Raises DomainError to end the job as failed; the step is undone.
        """

    def ended(self) -> None:  # noqa: B027 - most kinds have nothing to do then
        """In the transaction that ends the job, whichever way; `job.state` tells."""

    @property
    def by(self) -> Actor:
        """Who asked for it."""
        user = User.objects.filter(pk=self.job.user_id).first() if self.job.user_id else None
        return Actor(self.job.tenant, user)


KINDS: dict[str, Callable[[Job], Handler]] = {}


def register(kind: str, handler: Callable[[Job], Handler]) -> None:
    KINDS[kind] = handler


def start(
    *, by: Actor, kind: str, options: dict[str, Any], file: StoredFile | None = None, total: int = 0
) -> Job:
    """A new job, begun within a second of this commit."""
    return Job.objects.create(
        tenant=by.tenant,
        user_id=by.user_id,
        kind=kind,
        options=options,
        file=file,
        total=total,
        due_at=clock.now(),
    )


def find(*, by: Actor, job_id: int, kind: str) -> Job:
    """Raises NotFound."""
    found = Job.objects.of(by.tenant).filter(pk=job_id, kind=kind).first()
    if found is None:
        raise NotFound("İş bulunamadı.")
    return found


@transaction.atomic
def cancel(*, job: Job) -> None:
    """It ends before its next step. Raises Conflict when it has ended already."""
    asked = Job.objects.filter(
        pk=job.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING], cancel_asked_at=None
    )
    if not asked.update(cancel_asked_at=clock.now(), due_at=clock.now()):
        raise Conflict("Bu iş zaten bitti veya durduruldu.")


def prune() -> int:
    """Forget jobs that ended a month ago: what was asked of one may name a person. How many."""
    over = Job.objects.filter(finished_at__lt=clock.now() - KEPT_FOR).order_by("finished_at")
    return (
        over.filter(pk__in=list(over.values_list("pk", flat=True)[:PRUNED_AT_ONCE]))
        .delete()[1]
        .get("files.Job", 0)
    )


def run_due() -> int:
    """Work on jobs until none is due; how many turns were taken."""
    turns = 0
    while not stopping.is_set() and (job := _claim()):
        with scope.of(job.tenant_id):
            _run(job)
        turns += 1
    return turns


@transaction.atomic
def _claim() -> Job | None:
    """The job that has waited longest, ours for a lease."""
    now = clock.now()
    waiting = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING], due_at__lte=now)
    free = waiting.exclude(lease_until__gt=now).order_by("due_at", "id")
    job = free.select_for_update(no_key=True, skip_locked=True).first()
    if job is None:
        return None
    if job.lease_until is not None:  # whoever held it never came back
        job.crashes += 1
    job.state, job.fence = Job.State.RUNNING, job.fence + 1
    job.lease_until = _lease()
    job.started_at = job.started_at or now
    job.save()
    return job


def _run(job: Job) -> None:
    """Until it ends, another one waits too long, or somebody else has it. A bug is loud; its job is tried again after the
    lease, and given up after some times.
    """
    until = time.monotonic() + TURN
    try:
        if job.crashes >= CRASHES:
            raise GivenUp(GIVEN_UP)
        handler = KINDS[job.kind](job)
        while _advance(job, handler):
            if stopping.is_set() or (
                not handler.begins_anew and time.monotonic() > until and _others_wait(job)
            ):
                return _let_go(job)
    except DomainError as refusal:
        _fail(job, refusal)


class GivenUp(DomainError):
    code = "job-given-up"


@transaction.atomic
def _advance(job: Job, handler: Handler) -> bool:
    if not _still_ours(job):
        return False
    if job.cancel_asked_at:
        return _end(job, handler, Job.State.CANCELLED)
    if not handler.step():
        return _end(job, handler, Job.State.DONE)
    job.crashes = 0
    job.save(update_fields=CHANGES)
    return True


def _still_ours(job: Job) -> bool:
    """Locks the row until the step commits, so that its lease cannot be taken meanwhile."""
    held = Job.objects.select_for_update(no_key=True).filter(
        pk=job.pk, fence=job.fence, state=Job.State.RUNNING
    )
    found = held.values_list("cancel_asked_at", flat=True)
    for job.cancel_asked_at in found:
        Job.objects.filter(pk=job.pk).update(lease_until=_lease())
        return True
    return False


def _end(job: Job, handler: Handler, state: str) -> bool:
    job.state, job.lease_until, job.finished_at = state, None, clock.now()
    handler.ended()
    job.save(update_fields=[*CHANGES, "state", "lease_until", "finished_at", "error_code", "error_text"])
    return False


@transaction.atomic
def _fail(job: Job, refusal: DomainError) -> None:
    """What the failed step had set on the job goes with the step."""
    if not _still_ours(job):
        return
    job.refresh_from_db(fields=["done", "total", "data", "result", "crashes"])
    job.error_code, job.error_text = refusal.code, refusal.message[:300]
    _end(job, KINDS[job.kind](job), Job.State.FAILED)


@transaction.atomic
def _let_go(job: Job) -> None:
    if _still_ours(job):
        Job.objects.filter(pk=job.pk).update(lease_until=None, state=Job.State.QUEUED, due_at=clock.now())


def _lease() -> datetime:
    return clock.now() + LEASE


def _others_wait(job: Job) -> bool:
    now = clock.now()
    waiting = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING], due_at__lte=now)
    with scope.of(None):
        return waiting.exclude(pk=job.pk).exclude(lease_until__gt=now).exists()
