"""What #65-#67 share: days as they are asked for, operators as they are named."""

from datetime import date
from typing import Any

from gateways.base import Network
from smsmerkezi.core import clock

NETWORKS = {network: network.name.lower().replace("_", "-") for network in Network}


def days(query: Any) -> tuple[date | None, date | None]:
    """Raises clock.InvalidDay."""
    first, last = (
        clock.parse_day(query[name], field=name) if query.get(name) else None
        for name in ("date_from", "date_to")
    )
    return first, last


def operator(network: int | None) -> str | None:
    return NETWORKS.get(Network(network)) if network is not None and network >= 0 else None
