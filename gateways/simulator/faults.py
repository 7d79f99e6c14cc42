"""What goes wrong, how often, and when: seeded, so that a run can be had again.

`PUT /faults` replaces all of it. `send` gives each kind's probability; `next` lists kinds for the coming
sends, in order, before chance is asked ("none" lets one pass). `only` limits sends' faults to paths that
begin so.
"""

import random
from collections.abc import Iterable
from typing import Any, TypeVar

BEFORE = ("reset_before", "error_before", "throttle", "error_body")  # nothing is accepted
AFTER = (  # accepted, and then:
    "hang",
    "reset",
    "error",
    "cut_body",
    "invalid_json",
    "html",
    "wrong_id",
    "drip",
)
Line = TypeVar("Line")
KINDS = frozenset(BEFORE + AFTER)
NONE = "none"
SCALARS = {
    "lookup_error": 0.0,  # probability of a 503 to any question
    "ingest_lag_ms": 0,  # a send is accepted, and answered, up to so late
    "visibility_lag_ms": 0,  # a look-up and a window do not know younger acceptances
    "lookup_lie": 0.0,  # probability that a look-up or a window knows nothing at all
    "report_twice": 0.0,  # probability that a line of a report is told twice
    "report_disorder": 0.0,  # probability that a report's lines come in any order
    "latency_ms": 0,  # before every answer of a gateway
    "report_rate": 10,  # report questions a minute, where the dialect has such a limit
    "no_otp": 0,  # 1: the account has no product for one-time passwords, where the dialect has a call for them
    "daily_questions": 0,  # questions before a day's limit is reached, where the dialect has one; 0: no limit
    "refuse_seconds": 0.0,  # from now on the port is closed for so long
}


class BadFaults(ValueError):
    """Not a description of faults."""


class Faults:
    def __init__(self, wanted: Any = None, *, seed: int = 1) -> None:
        """Raises BadFaults."""
        wanted = {} if wanted is None else wanted
        if not isinstance(wanted, dict):
            raise BadFaults("an object is wanted")
        unknown = wanted.keys() - SCALARS.keys() - {"seed", "send", "next", "only"}
        send = wanted.get("send", {})
        coming = wanted.get("next", [])
        if unknown or not isinstance(send, dict) or not isinstance(coming, list):
            raise BadFaults(f"unknown: {sorted(unknown)}")
        if (send.keys() | set(coming)) - KINDS - {NONE} or not all(map(_number, send.values())):
            raise BadFaults(f"known kinds: {sorted(KINDS)}")
        self.seed = wanted.get("seed", seed)
        self.only = str(wanted.get("only", ""))
        self._send, self._coming = dict(send), list(coming)
        self.values = {name: wanted.get(name, usual) for name, usual in SCALARS.items()}
        if not all(map(_number, self.values.values())):
            raise BadFaults("numbers are wanted")
        self._random = random.Random(self.seed)  # noqa: S311 - a dice, not a secret

    def __getattr__(self, name: str) -> float:
        if name in SCALARS:
            return float(self.values[name])
        raise AttributeError(name)

    def described(self) -> dict[str, Any]:
        return {"seed": self.seed, "only": self.only, "send": self._send, "next": self._coming, **self.values}

    def draw(self, path: str) -> str:
        """The fate of one send: a kind, or none."""
        if not (self._send or self._coming) or not path.startswith(self.only):
            return NONE
        if self._coming:
            return str(self._coming.pop(0))
        chance = self._random.random()
        for kind, probability in self._send.items():
            chance -= probability
            if chance < 0:
                return str(kind)
        return NONE

    def happens(self, probability: float) -> bool:
        return probability > 0 and self._random.random() < probability

    def lines(self, told: Iterable[Line]) -> list[Line]:
        """A report's lines, some of them twice, and perhaps in any order."""
        lines = [each for line in told for each in [line] * (1 + self.happens(self.report_twice))]
        if self.happens(self.report_disorder):
            self._random.shuffle(lines)
        return lines

    def lag(self) -> float:
        """Seconds until this send is accepted."""
        return self._random.random() * self.ingest_lag_ms / 1000 if self.ingest_lag_ms else 0.0


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
