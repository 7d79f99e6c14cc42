"""How much faster Turkish mobile numbers are read than by phonenumbers alone, in one run: prints one JSON line.

    python -m bench.phones

`tidy` is what files and programs write (0555…, 555…, +90555…, 90555…, 0090555…), `grouped` has blanks, brackets and
dashes. The rival parses, asks for validity and takes the digits, as one would without the fast path.
"""

import json
import random
import statistics

import phonenumbers

from bench import measure
from smsmerkezi.core import phones

ROWS = 20_000
RIVAL_ROWS = 1_000  # a row costs the rival the same each time; more would only take longer
PREFIXES = ("", "0", "90", "+90", "0090")
GROUPED = ("0{} {} {} {}", "+90 ({}) {}-{}-{}", "{} {} {} {}", "0({}) {} {} {}")


def rows(count: int, *, grouped: bool) -> list[str]:
    rng = random.Random(7)
    return [_grouped(rng) if grouped else _tidy(rng) for _ in range(count)]


def _mobile(rng: random.Random) -> str:
    return f"5{rng.randrange(10**9):09d}"


def _tidy(rng: random.Random) -> str:
    return rng.choice(PREFIXES) + _mobile(rng)


def _grouped(rng: random.Random) -> str:
    digits = _mobile(rng)
    return rng.choice(GROUPED).format(digits[:3], digits[3:6], digits[6:8], digits[8:])


def rival(raws: list[str]) -> list[int]:
    numbers = []
    for raw in raws:
        number = phonenumbers.parse(raw, "TR")
        if phonenumbers.is_valid_number(number):
            numbers.append(int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]))
    return numbers


def run() -> dict[str, float | int]:
    tidy, grouped = rows(ROWS, grouped=False), rows(ROWS, grouped=True)
    took = measure.rounds(
        tidy=lambda: phones.normalise_many(tidy),
        grouped=lambda: phones.normalise_many(grouped),
        rival_tidy=lambda: rival(tidy[:RIVAL_ROWS]),
        rival_grouped=lambda: rival(grouped[:RIVAL_ROWS]),
    )
    rows_of = {name: RIVAL_ROWS if "rival" in name else ROWS for name in took}
    per_row = {name: [seconds / rows_of[name] for seconds in took[name]] for name in took}
    return {
        "rounds": measure.ROUNDS,
        **{f"{name}_us_per_row": round(statistics.median(per_row[name]) * 1e6, 3) for name in took},
        "tidy_ratio": round(measure.ratio(per_row["rival_tidy"], per_row["tidy"]), 1),
        "grouped_ratio": round(measure.ratio(per_row["rival_grouped"], per_row["grouped"]), 1),
    }


if __name__ == "__main__":
    print(json.dumps({"bench": "phones", **run()}))
