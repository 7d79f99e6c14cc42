"""What counting the parts of a text costs: prints one JSON line of microseconds a call.

python -m bench.segments
"""

import json
import statistics
from collections.abc import Callable

from bench import measure
from gateways import segments

CALLS = 5_000
TEXTS = {
    "plain_160": "Kampanya 20 TL " * 10 + "Kod: 12345",
    "extensions_120": "a[b1" * 30,
    "turkish_140": "aşb1" * 35,
    "turkish_long_500": "aşb[€" * 100,
    "ucs2_60": "aşb1" * 10 + "😀" * 10,
    "ucs2_long_500": "aşb1’" * 100,
}


def run() -> dict[str, float]:
    took = measure.rounds(**{name: _many(text) for name, text in TEXTS.items()})
    return {f"{name}_us": round(statistics.median(took[name]) / CALLS * 1e6, 2) for name in TEXTS}


def _many(text: str) -> Callable[[], None]:
    def count() -> None:
        for _ in range(CALLS):
            segments.count(text)

    return count


if __name__ == "__main__":
    print(json.dumps({"bench": "segments", "rounds": measure.ROUNDS, **run()}))
