"""What must hold for every text and every profile."""

import itertools
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from gateways import alphabets, segments
from gateways.segments import SegmentProfile, Table
from tests.gateways import gsm_oracle

MIXED = "ab 1[€{\n\fşğıİçèØ¿öж’…\u00a0\u200b\u200d\ufe0f\u0327\x1b😀👨"
TEXTS = st.one_of(
    st.text(alphabet=MIXED, max_size=400),
    st.text(max_size=100),
    st.builds(
        lambda start, text: "a" * start + text,
        st.integers(140, 160),
        st.text(alphabet=MIXED[:17], max_size=20),
    ),
)
PROFILES = st.builds(
    SegmentProfile,
    tables=st.sets(st.sampled_from(list(Table))).map(lambda tables: (*tables, Table.UCS2)),
    suffix_reserve=st.sampled_from([0, 5, 60]),
    turkish_cost=st.sampled_from([1, 2]),
    newline_cost=st.sampled_from([1, 2]),
    long_reference=st.booleans(),
)


def letters(text):
    """The letters without their marks, in order."""
    return [char for char in unicodedata.normalize("NFD", text) if char.isalpha() and char != "ʼ"]


def is_within(needles, haystack):
    rest = iter(haystack)
    return all(needle in rest for needle in needles)


@given(TEXTS, PROFILES)
def test_the_parts_are_the_text_and_as_many_as_counted(text, profile):
    parts = segments.split(text, profile)
    assert "".join(parts) == text
    assert len(parts) == segments.count(text, profile).parts


@given(TEXTS, PROFILES)
def test_each_part_fits_and_could_not_take_the_next_character(text, profile):
    size, parts = segments.count(text, profile), segments.split(text, profile)
    alone = SegmentProfile(
        tables=(size.table,), turkish_cost=profile.turkish_cost, newline_cost=profile.newline_cost
    )
    if size.parts < 2:
        return
    room = segments.CAPACITIES[size.table].multi - profile.long_reference
    for part, following in itertools.pairwise(parts):
        assert segments.count(part, alone).units <= room
        assert not following or segments.count(part + following[0], alone).units > room


@given(TEXTS, PROFILES)
def test_the_units_fit_the_limit(text, profile):
    size = segments.count(text, profile)
    assert len(text) <= size.units <= size.limit


@given(TEXTS, st.characters(), PROFILES)
def test_a_longer_text_never_costs_fewer_parts(text, char, profile):
    assert segments.count(text + char, profile).parts >= segments.count(text, profile).parts


@given(TEXTS, st.sampled_from(list(Table)))
def test_one_table_more_never_costs_a_part_more(text, table):
    poorer = SegmentProfile(tables=(Table.UCS2,))
    richer = SegmentProfile(tables=(table, Table.UCS2))
    assert segments.count(text, richer).parts <= segments.count(text, poorer).parts


@given(TEXTS, st.sampled_from([0, 1, 5, 40]))
def test_a_suffix_costs_what_so_many_more_characters_would(text, suffix):
    size = segments.count(text, SegmentProfile(suffix_reserve=suffix))
    widths = gsm_oracle.widths(text, size.table)
    expected = gsm_oracle.pack(widths, *segments.CAPACITIES[size.table], suffix) if text else 0
    assert size.parts == expected


@given(TEXTS)
def test_culprits_are_exactly_what_keeps_the_text_in_ucs2(text):
    culprits = segments.culprits(text)
    assert (culprits != []) == (segments.count(text).table is Table.UCS2)
    assert segments.count("".join(c for c in text if c not in culprits)).table is not Table.UCS2


@settings(max_examples=300)
@given(TEXTS)
def test_simplifying_twice_is_simplifying_once(text):
    simple = segments.simplify(text)
    assert segments.simplify(simple) == simple


@settings(max_examples=300)
@given(TEXTS)
def test_simplifying_loses_no_letter(text):
    assert is_within(letters(text), letters(segments.simplify(text)))


@given(TEXTS)
def test_simplifying_brings_in_no_culprit(text):
    composed = unicodedata.normalize("NFC", text)
    assert set(segments.culprits(segments.simplify(text))) <= set(composed)


def test_every_equivalent_is_in_the_default_alphabet():
    assert set("".join(alphabets.SIMPLER.values())) <= alphabets.BASIC
    assert all(
        chr(code) not in alphabets.BASIC | alphabets.EXTENSION | alphabets.TURKISH
        for code in alphabets.SIMPLER
    )


@given(st.text(alphabet="abcçğıöşüÇĞİÖŞÜ .,'", max_size=300))
def test_without_turkish_marks_a_turkish_text_is_plain_and_never_dearer(text):
    plain = segments.count(segments.asciify(text))
    assert plain.table is Table.GSM7
    assert plain.parts <= segments.count(text).parts
