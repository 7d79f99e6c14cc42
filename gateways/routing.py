"""Equal roads: which of a pool's accounts a new message takes, and where it may go instead.

Shares follow the accounts' weights. An account that rests gets nothing; one whose deliveries are slow gets less, down to a
tenth: enough to see that it has become quick again.
"""

import random
from time import monotonic

from gateways import accounts, circuit, health, snapshot
from gateways.models import GatewayAccount

MAX_AGE = 5.0  # seconds until figures of deliveries are read again
LOOKED_AT = 10  # minutes of deliveries
TOLERATED = 0.1  # share of slow deliveries that costs nothing
LEAST = 0.1  # of its weight that a slow account keeps
_kept: tuple[float, dict[str, float | None]] | None = None  # replaced whole, so threads need no lock


def choose(account: GatewayAccount) -> GatewayAccount:
    """This account or one of its equals, by chance and weight. Itself where none of them takes anything now."""
    if not account.pool:
        return account
    equals = [each for each in _pool(account) if weight(each) > 0]
    if not equals:
        return account
    return random.choices(equals, [weight(each) for each in equals])[0]  # noqa: S311 - a share, not a secret


def alternatives(account: GatewayAccount) -> list[GatewayAccount]:
    """Where what this account certainly did not take may go now, the best first."""
    if not account.pool:
        return []
    others = [each for each in _pool(account) if each.pk != account.pk and is_open(each)]
    return sorted(others, key=lambda each: (each.priority, -weight(each), each.pk))


def has_equals(slug: str) -> bool:
    """Whether its messages may go by another account, now or at other times."""
    account = snapshot.accounts().get(slug)
    return bool(account and account.pool and len(_pool(account)) > 1)


def is_open(account: GatewayAccount) -> bool:
    """Whether anything is handed to it now."""
    return accounts.usable(account.slug) and not circuit.state(account.slug).rests_for


def weight(account: GatewayAccount) -> float:
    """Its share as things are: none while it rests, little while it is slow or on trial."""
    if not is_open(account):
        return 0.0
    slow = _slowness().get(account.slug)
    if circuit.state(account.slug).probing:
        return account.weight * LEAST
    return account.weight * (1.0 if slow is None or slow <= TOLERATED else max(LEAST, 1.0 - slow))


def forget() -> None:
    """Read the figures again at the next call."""
    global _kept  # noqa: PLW0603 - one snapshot a process
    _kept = None


def _pool(account: GatewayAccount) -> list[GatewayAccount]:
    return [each for each in snapshot.accounts().values() if each.pool == account.pool]


def _slowness() -> dict[str, float | None]:
    global _kept  # noqa: PLW0603
    if _kept is None or monotonic() - _kept[0] > MAX_AGE:
        _kept = monotonic(), {slug: each.slowness for slug, each in health.recent(LOOKED_AT).items()}
    return _kept[1]
