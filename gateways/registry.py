"""From an account to the object that speaks for it. The only module that names vendors."""

from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from gateways import snapshot
from gateways.base import Gateway
from gateways.models import GatewayAccount
from smsmerkezi.core.errors import DomainError

VENDORS = {
    "mock": "gateways.mock.Mock",
    "netgsm": "gateways.netgsm.NetGsm",
    "kobikom": "gateways.kobikom.Kobikom",
    "verimor": "gateways.verimor.Verimor",
    "iletimerkezi": "gateways.iletimerkezi.IletiMerkezi",
}

_built: dict[int, tuple[datetime, Gateway]] = {}


class UnknownGateway(DomainError):
    """No such account, or its vendor has no module."""

    code = "unknown-gateway"
    field = "gateway"

    def __init__(self, name: str) -> None:
        super().__init__(f"Böyle bir sağlayıcı yok: {name[:40]}")


@cache
def vendor(name: str) -> type[Gateway]:
    """The class that speaks this vendor's API. Raises UnknownGateway."""
    if name not in VENDORS:
        raise UnknownGateway(name)
    found: type[Gateway] = import_string(VENDORS[name])
    return found


def get(slug: str) -> Gateway:
    """The gateway of the account with this routing name. Raises UnknownGateway."""
    account = snapshot.accounts().get(slug)
    if account is None:
        raise UnknownGateway(slug)
    return build(account)


def build(account: GatewayAccount) -> Gateway:
    """One object, with its connections, per state of an account. Raises UnknownGateway."""
    version, gateway = _built.get(account.pk, (None, None))
    if gateway is None or version != account.updated_at:
        gateway = _made(account)
        _built[account.pk] = account.updated_at, gateway
    return gateway


def try_out(account: GatewayAccount) -> None:
    """Can a gateway be built from this? Raises UnknownGateway, and ValueError, TypeError or OSError on bad options."""
    _made(account).prepare()


def _made(account: GatewayAccount) -> Gateway:
    defaults = {"timeout": settings.SEND_TIMEOUT, "quiet": settings.SEND_QUIET}
    return vendor(account.vendor)(
        base_url=account.base_url,
        credentials=account.credentials,
        options={**defaults, **account.options, "timeout": _timeout(account)},
    )


def _timeout(account: GatewayAccount) -> float:
    """An account may be more impatient than the platform, never more patient: leases are made for SEND_TIMEOUT."""
    return min(float(account.options.get("timeout", settings.SEND_TIMEOUT)), settings.SEND_TIMEOUT)
