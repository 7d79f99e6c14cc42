"""All accounts, as one read a few seconds old at most: the hot path asks for an account per message."""

from time import monotonic

from gateways.models import GatewayAccount

MAX_AGE = 5.0  # seconds until an administrator's change is obeyed in every process

Accounts = dict[str, GatewayAccount]
_kept: tuple[float, Accounts] | None = None  # replaced whole, so threads need no lock


def accounts() -> Accounts:
    """By slug. The rows are shared: read them, never change them."""
    global _kept  # noqa: PLW0603 - one snapshot a process
    if _kept is None or monotonic() - _kept[0] > MAX_AGE:
        _kept = monotonic(), {account.slug: account for account in GatewayAccount.objects.order_by("slug")}
    return _kept[1]


def forget() -> None:
    """Read again at the next call; for whoever has just changed an account, and for tests."""
    global _kept  # noqa: PLW0603
    _kept = None
