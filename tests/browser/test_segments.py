"""The browser counts as the server does: the same vectors, and the same texts at random."""

import json
import random
from dataclasses import asdict
from pathlib import Path

from gateways import alphabets, segments
from gateways.segments import SegmentProfile, Table

VECTORS = json.loads((Path(__file__).parents[1] / "data/segments.json").read_text(encoding="utf-8"))
FIELDS = ("table", "encoding", "units", "limit", "parts", "culprits")
LETTERS = (
    "abcxyzABC 0123.,\n" + "ĞğİıŞşç" + "{}[]~€|\\^" + "èìØøÆæ¡¿" + "–’“…\u00a0ûâ☀😀👍🏽\u200d\ufe0f\u0301"
)
PROFILES = (
    SegmentProfile(),
    SegmentProfile(suffix_reserve=5),
    SegmentProfile(turkish_cost=2, newline_cost=2),
    SegmentProfile(tables=(Table.GSM7, Table.UCS2), long_reference=True),
    SegmentProfile(tables=tuple(Table), suffix_reserve=3, long_reference=True),
)
COUNT = """([cases, profile]) => import('/static/panel/panel.js').then(({segments, simplify}) => cases.map((text) => {
    const size = segments(text, profile);
    return {...size, simplified: simplify(text, profile)};
}))"""


def counted(page, texts, profile=None):
    profile = json.loads(json.dumps(asdict(profile or segments.DEFAULT_PROFILE)))
    return page.evaluate(COUNT, [texts, profile])


def test_the_shared_vectors_hold_in_the_browser(visit):
    found = counted(visit("/giris"), [vector["text"] for vector in VECTORS])
    for vector, size in zip(VECTORS, found, strict=True):
        expected = {name: vector[name] for name in (*FIELDS, "simplified")}
        assert {name: size[name] for name in expected} == expected, vector["name"]


def test_random_texts_come_out_alike_in_every_profile(visit):
    page, chance = visit("/giris"), random.Random(7)
    for profile in PROFILES:
        texts = [
            "".join(chance.choices(LETTERS[: chance.randint(1, len(LETTERS))], k=chance.randint(0, 400)))
            for _ in range(200)
        ]
        for text, found in zip(texts, counted(page, texts, profile), strict=True):
            size = segments.count(text, profile)
            assert [found[name] for name in FIELDS[:5]] == [
                size.table,
                size.encoding,
                size.units,
                size.limit,
                size.parts,
            ], repr(text)
            assert found["pieces"] == segments.split(text, profile), repr(text)


def test_every_sign_is_made_plain_alike(visit):
    signs = [chr(code) for code in alphabets.SIMPLER]
    found = counted(visit("/giris"), signs)
    assert [each["simplified"] for each in found] == [segments.simplify(sign) for sign in signs]
