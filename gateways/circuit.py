"""Whether an account is spoken to now: one state that all workers share.

An account rests when its gateway asks for it, when its credentials, address or credit are refused, and after FAILURES lost
answers in a row: each further one would be another message in doubt. The rest ends by itself; then one exchange at a time
is tried until one succeeds. Nothing of this loses a message: what waits, waits. Time is the database's.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from time import monotonic

from django.db.models import F
from django.db.models.functions import Greatest, Now

from gateways import snapshot
from gateways.base import Accepted, NotSent, Outcome, Refused, Scope, Unknown, storable
from gateways.models import Circuit, GatewayAccount
from smsmerkezi import database
from smsmerkezi.core import clock

logger = logging.getLogger(__name__)

# Lost answers in a row. Of a gateway that loses one in four, five come by chance every few seconds, and its account would
# rest most of the time; of one that is dead, as many are under way before the first is known to be lost.
FAILURES = 10
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
  greatest(0, extract(epoch FROM c.asks_after - now()))::float8, c.failures > 0
FROM gateways_circuit c JOIN gateways_gatewayaccount a ON a.id = c.account_id
WHERE c.since IS NOT NULL OR c.asks_after > now() OR c.failures > 0
"""


@dataclass(frozen=True, slots=True)
class State:
    """`rests_for` and `asks_in` are seconds from now; `probing` lets one exchange through at a time.

    `failing` where the last answers were lost: a sane one ends the count.
    """

    rests_for: float = 0.0
    probing: bool = False
    asks_in: float = 0.0
    failing: bool = False

    @property
    def well(self) -> bool:
        return not (self.rests_for or self.probing or self.failing)


class Standing(StrEnum):
    """A circuit as staff are told of it."""

    FINE = "fine"
    RESTS = "rests"
    TRIED = "tried"  # its rest is over, and one exchange at a time is let through
    NEEDS_STAFF = "needs-staff"


FINE = State()
_kept: tuple[float, dict[str, State]] | None = None  # replaced whole, so threads need no lock


def state(slug: str) -> State:
    """A second old at most."""
    global _kept  # noqa: PLW0603 - one snapshot a process
    if _kept is None or monotonic() - _kept[0] > MAX_AGE:
        rows = database.rows(TROUBLED, {})
        found = {
            name: State(rest or 0.0, probing, asks or 0.0, lost) for name, rest, probing, asks, lost in rows
        }
        _kept = monotonic(), found
    return _kept[1].get(slug, FINE)


def standing(row: Circuit | None) -> Standing:
    """By our own clock: a page may be a moment behind the database's. None for an account that never failed."""
    if row is None or row.since is None:
        return Standing.FINE
    if row.needs_staff:
        return Standing.NEEDS_STAFF
    return Standing.RESTS if row.open_until and row.open_until > clock.now() else Standing.TRIED


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
    if (rest or lost or not state(slug).well) and (account := snapshot.accounts().get(slug)):
        _write(account.pk, slug, answered=answered, lost=lost, rest=rest)
        forget()


@database.transactional
def put_off(slug: str, wait: timedelta) -> None:
    """Its gateway cannot be asked (reports, look-ups) before `wait` is over, whatever shorter wait is heard after it."""
    account = snapshot.accounts().get(slug)
    found = _locked(account.pk) if account else None
    if found:
        row, _ = found
        row.asks_after = Greatest(F("asks_after"), Now() + wait)
        row.save(update_fields=["asks_after"])
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


def _locked(account_id: int) -> tuple[Circuit, bool] | None:
    """Its row, made where there is none, and whether it rests now; None for an account that has been removed."""
    if not GatewayAccount.objects.filter(pk=account_id).exists():
        return None
    Circuit.objects.get_or_create(account_id=account_id)
    row = Circuit.objects.select_for_update(no_key=True).get(account_id=account_id)
    return row, Circuit.objects.filter(account_id=account_id, open_until__gt=Now()).exists()


@database.transactional
def _write(account_id: int, slug: str, *, answered: bool, lost: int, rest: Outcome | None) -> None:
    found = _locked(account_id)
    if found is None:
        return
    row, rests = found
    if answered and not rests:  # while it rests nothing begins: an answer is to something older than the rest
        for name, value in HEALED.items():
            setattr(row, name, value)
    row.failures += lost
    if isinstance(rest, NotSent):
        _rest(row, slug, rest, rests=rests)
    elif row.failures >= FAILURES or (lost and row.trips):
        _rest(row, slug, NotSent("answers lost", retry_after=FIRST_REST), rests=rests)
    row.save()


def _rest(row: Circuit, slug: str, why: NotSent, *, rests: bool) -> None:
    """Each rest is twice as long as the one before it. What else was under way when it began makes it no further one."""
    row.trips += not rests
    longest = max(LONGEST_REST[why.scope], why.retry_after)
    wait = min(longest, max(why.retry_after, FIRST_REST) * 2 ** min(row.trips - 1, 10))
    row.open_until = Greatest(F("open_until"), Now() + wait) if rests else Now() + wait
    row.since = row.since or Now()
    for_staff = why.scope is Scope.ACCOUNT
    if for_staff or not (rests and row.needs_staff):
        row.reason, row.needs_staff = storable(why.reason, REASON), for_staff
    log = logger.error if for_staff else logger.warning
    log(
        "gateway.rests",
        extra={"ids": {"gateway": slug, "reason": row.reason, "seconds": round(wait.total_seconds())}},
    )
