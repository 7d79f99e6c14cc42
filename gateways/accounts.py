"""Questions about accounts that the rest of the platform asks, answered without a query on the hot path."""

from django.db import transaction

from gateways import registry, snapshot
from gateways.models import GatewayAccount
from gateways.registry import UnknownGateway
from gateways.segments import SegmentProfile

__all__ = ["UnknownGateway", "default", "forget", "get", "profile_of", "reencrypt", "states", "usable"]

forget = snapshot.forget


def get(slug: str) -> GatewayAccount:
    """The account, a few seconds old at most; not to be changed. Raises UnknownGateway."""
    account = snapshot.accounts().get(slug)
    if account is None:
        raise UnknownGateway(slug)
    return account


def default() -> GatewayAccount | None:
    """The account for tenants that have chosen none."""
    return next((account for account in snapshot.accounts().values() if account.is_default), None)


def states() -> list[tuple[str, str]]:
    """(slug, state) of every account, in the order in which they were set up."""
    ordered = sorted(snapshot.accounts().values(), key=lambda account: account.pk)
    return [(account.slug, str(account.state)) for account in ordered]


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
