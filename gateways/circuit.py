"""Whether an account is spoken to now: one state that all workers share.

An account rests when its gateway asks for it, when its credentials, address or credit are refused, and after FAILURES lost
answers in a row: each further one would be another message in doubt. The rest ends by itself; then one exchange at a time
is tried until one succeeds. Nothing of this loses a message: what waits, waits. Time is the database's.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db.models import F
from django.db.models.functions import Now

from gateways import snapshot
from gateways.base import Accepted, NotSent, Outcome, Refused, Scope, Unknown, storable
from gateways.models import Circuit
from smsmerkezi import database

logger = logging.getLogger(__name__)

FAILURES = 5  # lost answers in a row
FIRST_REST = timedelta(seconds=5)  # doubled each time, up to the scope's longest
LONGEST_REST = {
    Scope.SUBMISSION: timedelta(minutes=1),
    Scope.ROAD: timedelta(minutes=1),
    Scope.ACCOUNT: timedelta(minutes=15),
}
MAX_AGE = 1.0  # seconds until another worker's word is heeded
REASON = 120  # characters

TROUBLED = """
SELECT a.slug, greatest(0, extract(epoch FROM c.open_until - now()))::float8, c.trips > 0,
  greatest(0, extract(epoch FROM c.asks_after - now()))::float8
FROM gateways_circuit c JOIN gateways_gatewayaccount a ON a.id = c.account_id
WHERE c.since IS NOT NULL OR c.asks_after > now()
"""


@dataclass(frozen=True, slots=True)
class State:
    """`rests_for` and `asks_in` are seconds from now; `probing` lets one exchange through at a time."""

    rests_for: float = 0.0
    probing: bool = False
    asks_in: float = 0.0


FINE = State()
_kept: tuple[float, dict[str, State]] | None = None  # replaced whole, so threads need no lock


def state(slug: str) -> State:
    """A second old at most."""
    global _kept  # noqa: PLW0603 - one snapshot a process
    if _kept is None or monotonic() - _kept[0] > MAX_AGE:
        rows = database.rows(TROUBLED, {})
        found = {name: State(rest or 0.0, probing, asks or 0.0) for name, rest, probing, asks in rows}
        _kept = monotonic(), found
    return _kept[1].get(slug, FINE)


def forget() -> None:
    """Read again at the next call."""
    global _kept  # noqa: PLW0603
    _kept = None


def heard(slug: str, outcomes: Sequence[Outcome]) -> None:
    """What this account's gateway answered, in order. Costs nothing while all is well."""
    tail = _since_last_good(outcomes)
    answered = len(tail) < len(outcomes)
    rest = next((each for each in reversed(tail) if _closes(each)), None)
    lost = sum(isinstance(each, Unknown) for each in tail)
    if (rest or lost or state(slug) != FINE) and (account := snapshot.accounts().get(slug)):
        _write(account.pk, slug, answered=answered, lost=lost, rest=rest)
        forget()


def put_off(slug: str, wait: timedelta) -> None:
    """Its gateway cannot be asked (reports, look-ups) before `wait` is over."""
    account = snapshot.accounts().get(slug)
    if account is not None:
        Circuit.objects.update_or_create(account_id=account.pk, defaults={"asks_after": Now() + wait})
        forget()


def close(account_id: int) -> bool:
    """Speak to the account again at once; False when it is not resting. For staff who have mended something."""
    changed = Circuit.objects.filter(account_id=account_id, since__isnull=False).update(**HEALED)
    forget()
    return bool(changed)


HEALED = {
    "failures": 0,
    "trips": 0,
    "open_until": None,
    "reason": "",
    "needs_staff": False,
    "since": None,
}


def _since_last_good(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """What came after the last sane answer; a refusal of a message is one."""
    good = [n for n, each in enumerate(outcomes) if isinstance(each, Accepted | Refused)]
    return outcomes[good[-1] + 1 :] if good else outcomes


def _closes(outcome: Outcome) -> bool:
    return isinstance(outcome, NotSent) and outcome.scope in {Scope.ROAD, Scope.ACCOUNT}


@database.transactional
def _write(account_id: int, slug: str, *, answered: bool, lost: int, rest: Outcome | None) -> None:
    Circuit.objects.get_or_create(account_id=account_id)
    row = Circuit.objects.select_for_update(no_key=True).get(account_id=account_id)
    if answered:
        for name, value in HEALED.items():
            setattr(row, name, value)
    row.failures += lost
    if isinstance(rest, NotSent):
        _rest(row, slug, rest.reason, rest.scope, rest.retry_after)
    elif row.failures >= FAILURES or (lost and row.trips):
        _rest(row, slug, "answers lost", Scope.SUBMISSION, FIRST_REST)
    row.save()


def _rest(row: Circuit, slug: str, reason: str, scope: Scope, at_least: timedelta) -> None:
    longest = max(LONGEST_REST[scope], at_least)
    wait = min(longest, max(at_least, FIRST_REST) * 2 ** min(row.trips, 10))
    row.trips = F("trips") + 1
    row.open_until = Now() + wait
    row.since = row.since or Now()
    row.reason = storable(reason, REASON)
    row.needs_staff = scope is Scope.ACCOUNT
    log = logger.error if row.needs_staff else logger.warning
    log(
        "gateway.rests",
        extra={"ids": {"gateway": slug, "reason": row.reason, "seconds": round(wait.total_seconds())}},
    )
