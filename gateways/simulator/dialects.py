"""Whom the simulator plays: one line a vendor, as in `gateways.registry`."""

from gateways.simulator.dialect import Dialect, World
from gateways.simulator.iletimerkezi import IletiMerkezi
from gateways.simulator.kobikom import Kobikom, KobikomPanel
from gateways.simulator.mock import CLASSES, Mock
from gateways.simulator.netgsm import NetGsm
from gateways.simulator.nodeapi import NodeApi
from gateways.simulator.toplusms import TopluSms
from gateways.simulator.verimor import Verimor

VENDORS: tuple[type[Dialect], ...] = (
    NetGsm,
    Kobikom,
    Verimor,
    IletiMerkezi,
    KobikomPanel,
    NodeApi,
    TopluSms,
)


def all_of(world: World) -> list[Dialect]:
    """Every vendor once, and the mock in each reconciliation class."""
    return [vendor(world) for vendor in VENDORS] + [Mock(world, letter) for letter in CLASSES]
