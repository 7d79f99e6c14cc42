"""From an account to the object that speaks for it. The only module that names vendors."""

from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from gateways import snapshot
from gateways.base import Gateway
from gateways.models import GatewayAccount
from smsmerkezi.core.crypto import Undecryptable
from smsmerkezi.core.errors import DomainError

VENDORS = {
    "mock": "gateways.mock.Mock",
    "netgsm": "gateways.netgsm.NetGsm",
    "kobikom": "gateways.kobikom.Kobikom",
    "verimor": "gateways.verimor.Verimor",
    "iletimerkezi": "gateways.iletimerkezi.IletiMerkezi",
    "nodeapi": "gateways.nodeapi.NodeApi",
    "toplusms": "gateways.toplusms.TopluSms",
}

CALLBACK_KEY = (
    "callback_key"  # beside the vendor's credentials: whoever knows it is believed to be the operator
)
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
        gateway.account = account.slug
        _built[account.pk] = account.updated_at, gateway
    return gateway


def callback_key(account: GatewayAccount) -> str:
    """Empty where the account takes no callbacks, or its secrets cannot be read."""
    try:
        return str(account.credentials.get(CALLBACK_KEY, ""))
    except Undecryptable:
        return ""


def callback_url(account: GatewayAccount) -> str:
    """Where this account's operator may call us; empty where it may not. A secret."""
    key = callback_key(account)
    return f"{settings.SITE_URL}/callbacks/{account.slug}/{key}" if key else ""


def try_out(account: GatewayAccount) -> None:
    """Can a gateway be built from this? Raises UnknownGateway, and ValueError, TypeError or OSError on bad options."""
    _made(account).prepare()


def _made(account: GatewayAccount) -> Gateway:
    defaults = {"timeout": settings.SEND_TIMEOUT, "quiet": settings.SEND_QUIET}
    return vendor(account.vendor)(
        base_url=account.base_url,
        credentials=account.credentials,
        options={
            **defaults,
            **account.options,
            "timeout": _timeout(account),
            "callback_url": callback_url(account),
        },
    )


def _timeout(account: GatewayAccount) -> float:
    """An account may be more impatient than the platform, never more patient: leases are made for SEND_TIMEOUT."""
    return min(float(account.options.get("timeout", settings.SEND_TIMEOUT)), settings.SEND_TIMEOUT)
