"""One line per failed exchange with an operator, and per good one when debugging.

It is built from a short list of harmless facts, not cut out of the request: numbers, texts, codes and
credentials are not among them. Declared secrets are blotted out besides, for the path that somebody
configures one day.
"""

import logging
from collections.abc import Sequence

logger = logging.getLogger("gateways.exchange")
BLOT = "***"


def write(
    operation: str, host: str, path: str, status: int, seconds: float, outcome: str, secrets: Sequence[str]
) -> None:
    level = logging.DEBUG if 200 <= status < 300 else logging.WARNING
    if not logger.isEnabledFor(level):
        return
    facts = {
        "operation": operation,
        "address": _blotted(host + path.partition("?")[0], secrets),
        "status": status,
        "ms": round(seconds * 1000),
        "outcome": outcome,
    }
    logger.log(level, "exchange", extra={"ids": facts})


def _blotted(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, BLOT)
    return text
