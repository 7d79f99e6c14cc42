"""Questions about accounts that the rest of the platform asks, answered without a query on the hot path."""

from hmac import compare_digest

from django.db import transaction

from gateways import registry, snapshot
from gateways.models import GatewayAccount
from gateways.registry import UnknownGateway
from gateways.segments import SegmentProfile

__all__ = [
    "UnknownGateway",
    "choices",
    "default",
    "forget",
    "get",
    "is_callback_key",
    "of_firm",
    "profile_of",
    "reencrypt",
    "states",
    "usable",
]

forget = snapshot.forget


def get(slug: str) -> GatewayAccount:
    """The account, a few seconds old at most; not to be changed. Raises UnknownGateway."""
    account = snapshot.accounts().get(slug)
    if account is None:
        raise UnknownGateway(slug)
    return account


def of_firm(slug: str, firm: int) -> GatewayAccount:
    """The account, where it is the platform's or this firm's own. Raises UnknownGateway."""
    account = get(slug)
    if account.owner not in {None, firm}:
        raise UnknownGateway(slug)
    return account


def choices(firm: int | None) -> list[str]:
    """The slugs that this firm may be sent by: the platform's accounts, then its own."""
    ordered = sorted(
        snapshot.accounts().values(), key=lambda account: (account.owner is not None, account.pk)
    )
    return [account.slug for account in ordered if account.owner in {None, firm}]


def default() -> GatewayAccount | None:
    """The account for tenants that have chosen none."""
    return next((account for account in snapshot.accounts().values() if account.is_default), None)


def states() -> list[tuple[str, str]]:
    """(slug, state) of every account of the platform, in the order in which they were set up."""
    ordered = sorted(snapshot.accounts().values(), key=lambda account: account.pk)
    return [(account.slug, str(account.state)) for account in ordered if account.owner is None]


def is_callback_key(slug: str, key: str) -> bool:
    """Whether an operator's callback at this account's address may be believed."""
    account = snapshot.accounts().get(slug)
    expected = registry.callback_key(account) if account else ""
    return compare_digest(expected.encode(), key.encode()) and bool(expected)


def usable(slug: str) -> bool:
    """Whether anything may be handed to this account now."""
    account = snapshot.accounts().get(slug)
    return account is not None and account.state not in {
        GatewayAccount.State.DOWN,
        GatewayAccount.State.DISABLED,
    }


def profile_of(slug: str) -> SegmentProfile:
    """How this account packs and bills parts. Raises UnknownGateway."""
    return registry.get(slug).capabilities.profile


@transaction.atomic
def reencrypt() -> int:
    """Write every account's credentials anew with the first key; how many there were."""
    accounts = list(GatewayAccount.objects.select_for_update(no_key=True).order_by("pk"))
    for account in accounts:
        account.save(update_fields=["credentials"])
    snapshot.forget()
    return len(accounts)
