"""What a soak's figures are held against."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Bars(NamedTuple):
    """Names of figures that must be zero (or empty), and the most and least that others may be."""

    zero: tuple[str, ...] = ()
    most: Mapping[str, float] = {}
    least: Mapping[str, float] = {}

    def missed(self, figures: Mapping[str, Any]) -> list[str]:
        """Names of the figures that do not pass."""
        return [
            *(name for name in self.zero if figures[name]),
            *(name for name, bar in self.most.items() if figures[name] > bar),
            *(name for name, bar in self.least.items() if figures[name] < bar),
        ]
