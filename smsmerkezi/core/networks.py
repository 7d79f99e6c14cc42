"""Networks of the internet as people write them: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32."""

import ipaddress
from collections.abc import Mapping, Sequence

from smsmerkezi.core.errors import DomainError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST = 43  # characters: an IPv6 address and its prefix


class BadNetwork(DomainError):
    code = "invalid-network"

    def __init__(self, written: str) -> None:
        super().__init__(f"Geçersiz adres: {written[:LONGEST]}", field="allowed_ips")
        self.written = written[:LONGEST]


def normalise(written: str) -> str:
    """One network in its shortest form, with its prefix; what stands behind the prefix is cut. Raises BadNetwork."""
    return str(_network(written.strip()))


def around(address: str, prefixes: Mapping[int, int]) -> str:
    """The network of an address, as large as `prefixes` says for its version of the protocol."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return normalise(f"{found}/{prefixes[found.version]}")


def inside(one: str, others: Sequence[str]) -> bool:
    """Whether one of `others` holds all of `one`. Both are normal."""
    inner = _network(one)
    return any(
        outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
        for outer in map(_network, others)
    )


def _network(written: str) -> Network:
    if "%" in written:  # a zone means something on one machine only
        raise BadNetwork(written)
    try:
        return ipaddress.ip_network(written, strict=False)
    except ValueError:
        raise BadNetwork(written) from None
