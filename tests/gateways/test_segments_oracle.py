"""200,000 random texts against the second opinion of gsm_oracle; what that covers is written there."""

import random

from gateways import segments
from tests.gateways import gsm_oracle

SEED = 20_261_122
TEXTS = 200_000
PLAIN = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJ 0123456789.,:;!?'\n\r@£Çöü"
EXTENSION = "[]{}\\|^~€\f"
TURKISH = "çğıİşŞĞ"
LOST_UNDER_LOCKING = "èìØøÆæ¡¿"
OUTSIDE = "’“–…₺âж\u00a0\u0327\t\x1b😀👨🇹"
MIXES = (
    PLAIN,
    PLAIN + EXTENSION,
    PLAIN * 3 + TURKISH,
    PLAIN + TURKISH + EXTENSION,
    PLAIN + TURKISH + LOST_UNDER_LOCKING + EXTENSION,
    PLAIN + EXTENSION + LOST_UNDER_LOCKING,
    EXTENSION + TURKISH,
    TURKISH + OUTSIDE,
    PLAIN * 8 + TURKISH + OUTSIDE[-1],
)
BORDERS = (0, 1, 66, 70, 75, 134, 149, 153, 155, 160, 298, 306)
CAPACITY = {"gsm7": (160, 153), "tr_single": (155, 149), "tr_locking": (155, 149), "ucs2": (70, 67)}


def texts():
    rng = random.Random(SEED)
    for _ in range(TEXTS):
        length = (
            rng.randrange(40) if rng.random() < 0.75 else max(0, rng.choice(BORDERS) + rng.randint(-3, 3))
        )
        yield "".join(rng.choices(rng.choice(MIXES), k=length))


def opinion(text):
    """The cheapest table by the oracle: fewest parts, then the default alphabet, then fewest units."""
    costs = []
    for rank, table in enumerate(gsm_oracle.CODECS):
        encoded = gsm_oracle.septets(text, table)
        if encoded is not None:
            long = len(encoded) > CAPACITY[table][0]
            parts = (
                gsm_oracle.pack(gsm_oracle.widths(text, table), *CAPACITY[table])
                if long
                else min(1, len(text))
            )
            costs.append((parts, rank > 0, len(encoded), rank, table))
    if costs:
        parts, _, units, _, table = min(costs)
        return table, units, parts
    widths = gsm_oracle.widths(text, "ucs2")
    return "ucs2", sum(widths), gsm_oracle.pack(widths, *CAPACITY["ucs2"])


def test_two_hundred_thousand_random_texts_cost_what_the_oracle_says():
    wrong, tables = [], dict.fromkeys(CAPACITY, 0)
    for text in texts():
        size = segments.count(text)
        tables[size.table] += 1
        if (size.table, size.units, size.parts) != opinion(text):
            wrong.append((text, size, opinion(text)))
    assert wrong[:3] == []
    assert min(tables.values()) > TEXTS // 100, f"the texts hardly try a table: {tables}"


def test_ucs2_never_needs_fewer_parts_than_a_table_that_fits():
    """Why counting may leave UCS-2 to the end; the worst case is a text of escapes only."""
    for table in ("gsm7", "tr_single", "tr_locking"):
        for length in range(1, 700):
            for suffix in (0, 5, 20):
                single, multi = CAPACITY[table]
                seven = gsm_oracle.pack([2] * length, single, multi, suffix)
                assert seven <= gsm_oracle.pack([1] * length, *CAPACITY["ucs2"], suffix)
