"""Parts of a text: the shared vectors, the tables of compliance §7, borders and profiles."""

import json
from pathlib import Path

import pytest

from gateways import segments
from gateways.segments import Encoding, SegmentProfile, Table

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "segments.json").read_text())
CYRILLIC = "ж"
FILLERS = {
    Table.GSM7: "a",
    Table.TR_SINGLE: "a",
    Table.TR_LOCKING: "a",
    Table.TR_BOTH: "a",
    Table.UCS2: CYRILLIC,
}


def only(table, **options):
    return SegmentProfile(tables=(table,), **options)


def holds(parts, profile, filler):
    """The longest text of one-unit characters that still fits so many parts."""
    length = 1
    while segments.count(filler * (length + 1), profile).parts <= parts:
        length += 1
    return length


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vectors_that_the_browser_shares(vector):
    text = vector["text"]
    size = segments.count(text)
    assert size._asdict() == {key: vector[key] for key in ("table", "encoding", "units", "limit", "parts")}
    assert segments.culprits(text) == vector["culprits"]
    assert segments.simplify(text) == vector["simplified"]
    assert len(segments.split(text)) == vector["parts"]


def test_there_are_enough_vectors_and_no_text_stands_twice():
    assert len(VECTORS) >= 60
    assert len({vector["text"] for vector in VECTORS}) == len(VECTORS)


@pytest.mark.parametrize(
    ("table", "single", "short", "long"),
    [
        (Table.GSM7, 160, 153, 152),
        (Table.TR_SINGLE, 155, 149, 148),
        (Table.TR_LOCKING, 155, 149, 148),
        (Table.TR_BOTH, 152, 146, 145),
        (Table.UCS2, 70, 67, 66),
    ],
)
def test_a_part_holds_what_the_standard_says(table, single, short, long):
    filler = FILLERS[table]
    assert holds(1, only(table), filler) == single
    assert holds(3, only(table), filler) == 3 * short
    assert holds(3, only(table, long_reference=True), filler) == 3 * long
    assert holds(1, only(table, long_reference=True), filler) == single


@pytest.mark.parametrize(
    ("table", "limits"),
    [
        (Table.GSM7, [155, 301, 454, 607, 760, 913, 1066]),
        (Table.TR_SINGLE, [150, 293, 442, 591, 740, 889, 1038]),
        (Table.TR_LOCKING, [150, 293, 442, 591, 740, 889, 1038]),
        (Table.UCS2, [65, 129, 196, 263, 330, 397, 464]),
    ],
)
def test_the_operator_code_shortens_the_message_as_a_whole(table, limits):
    """Compliance §7.2."""
    profile, filler = only(table, suffix_reserve=5), FILLERS[table]
    assert [holds(parts, profile, filler) for parts in range(1, 8)] == limits
    assert [segments.count(filler * limit, profile).limit for limit in limits] == limits


def test_a_suffix_that_finds_no_room_opens_a_part_that_carries_nothing_else():
    profile = only(Table.GSM7, suffix_reserve=5)
    assert segments.count("a" * 305, profile).parts == 3
    assert segments.split("a" * 306, profile) == ["a" * 153, "a" * 153, ""]


def test_a_suffix_counts_behind_a_pair_that_moved_on():
    profile = only(Table.GSM7, suffix_reserve=5)
    text = "a" * 152 + "[" + "b" * 146
    assert segments.count(text, profile) == (Table.GSM7, Encoding.GSM7, 300, 301, 2)
    assert segments.count(text + "b", profile).parts == 3


def test_an_empty_text_costs_nothing_and_shows_an_empty_meter():
    assert segments.count("") == (Table.GSM7, Encoding.GSM7, 0, 160, 0)
    assert segments.split("") == []
    assert segments.count("", only(Table.UCS2)).parts == 0


def test_twenty_turkish_letters_in_140_characters():
    """The example of compliance §7.1: 160 septets and 2 parts under the single shift, 140 and 1 under locking."""
    text = "ş" * 20 + "a" * 120
    assert segments.count(text, only(Table.TR_SINGLE))[2:] == (160, 298, 2)
    assert segments.count(text, only(Table.TR_LOCKING))[2:] == (140, 155, 1)
    assert segments.count(text).table is Table.TR_LOCKING


def test_the_default_alphabet_wins_at_the_same_number_of_parts_though_locking_has_fewer_septets():
    assert segments.count("10 €").table is Table.GSM7
    assert segments.count("10 €", only(Table.TR_LOCKING)).units < segments.count("10 €").units


def test_the_order_in_which_a_profile_names_its_tables_changes_nothing():
    backwards = SegmentProfile(tables=tuple(reversed(segments.DEFAULT_PROFILE.tables)))
    for vector in VECTORS:
        assert segments.count(vector["text"], backwards) == segments.count(vector["text"])


def test_the_default_profile_is_the_contracts():
    profile = segments.DEFAULT_PROFILE
    assert profile.tables == (Table.GSM7, Table.TR_SINGLE, Table.TR_LOCKING, Table.UCS2)
    assert (profile.suffix_reserve, profile.turkish_cost, profile.newline_cost) == (0, 1, 1)


def test_both_turkish_tables_together_carry_what_locking_carries_in_less_room():
    both = only(Table.TR_BOTH)
    assert segments.count("ş" * 152, both) == (Table.TR_BOTH, Encoding.GSM7_TR, 152, 152, 1)
    assert segments.count("ş" * 153, both).parts == 2


def test_a_gateway_that_bills_turkish_letters_twice_is_quoted_so():
    assert segments.count("ş" * 77, SegmentProfile(turkish_cost=2)).units == 154
    assert segments.count("ş" * 78, SegmentProfile(turkish_cost=2)).parts == 2
    assert segments.count("ö" * 160, SegmentProfile(turkish_cost=2)).parts == 1


def test_a_gateway_that_bills_new_lines_twice_is_quoted_so_in_the_7_bit_tables():
    profile = SegmentProfile(newline_cost=2)
    assert segments.count("\n" * 81, profile).parts == 2
    assert segments.count("a\r\nb", profile).units == 5
    assert segments.count("ş\n", profile).units == 3
    assert segments.count("ж\n", profile).units == 2


def test_a_text_that_no_table_of_the_profile_carries_is_refused():
    with pytest.raises(segments.Unencodable) as refusal:
        segments.count("şeker", only(Table.GSM7))
    assert (refusal.value.code, refusal.value.field) == ("unencodable", "body")
    with pytest.raises(segments.Unencodable):
        segments.split("😀", SegmentProfile(tables=(Table.GSM7, Table.TR_LOCKING)))


@pytest.mark.parametrize(
    "options",
    [
        {"tables": ()},
        {"suffix_reserve": -1},
        {"suffix_reserve": 67},
        {"turkish_cost": 3},
        {"newline_cost": 0},
        {"max_parts": 0},
    ],
)
def test_a_profile_that_cannot_be_is_a_mistake(options):
    with pytest.raises(ValueError, match="segment profile"):
        SegmentProfile(**options)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 152 + "[" + "b" * 10, ["a" * 152, "[" + "b" * 10]),
        ("a" * 151 + "[" + "b" * 10, ["a" * 151 + "[", "b" * 10]),
        ("ж" * 66 + "😀" + "ж" * 10, ["ж" * 66, "😀" + "ж" * 10]),
        ("ж" * 65 + "😀" + "ж" * 10, ["ж" * 65 + "😀", "ж" * 10]),
        ("è" + "a" * 147 + "ş" + "b" * 10, ["è" + "a" * 147, "ş" + "b" * 10]),
        ("a" * 160, ["a" * 160]),
        ("\x1b" * 66 + "😀" + "ж" * 9, ["\x1b" * 66, "😀" + "ж" * 9]),
    ],
)
def test_no_border_cuts_a_pair(text, parts):
    assert segments.split(text) == parts


def test_half_a_surrogate_pair_is_counted_and_not_a_crash():
    assert segments.count("\ud83d").units == 1
    assert segments.count("\ud83d" * 71).parts == 2
    assert segments.split("\ud83d" * 71) == ["\ud83d" * 67, "\ud83d" * 4]


def test_culprits_follow_the_table_that_would_lose_least():
    assert segments.culprits("è ş", SegmentProfile(tables=(Table.GSM7, Table.TR_LOCKING, Table.UCS2))) == [
        "ş"
    ]
    assert segments.culprits("èì ş’", SegmentProfile(tables=(Table.TR_LOCKING, Table.UCS2))) == [
        "è",
        "ì",
        "’",
    ]
    assert segments.culprits("ж", only(Table.UCS2)) == []


def test_asciify_takes_the_marks_of_the_seven_letters_and_leaves_the_rest():
    assert segments.asciify("şŞğĞıİç ÇÖÜöü Iiâ€") == "sSgGiIc ÇÖÜöü Iiâ€"
    assert segments.count(segments.asciify("ığdır’ın".replace("’", "'"))).table is Table.GSM7


def test_v1_calls_every_7_bit_encoding_gsm7():
    assert {encoding: segments.v1_name(encoding) for encoding in Encoding} == {
        Encoding.GSM7: "GSM7",
        Encoding.GSM7_TR: "GSM7",
        Encoding.UCS2: "UCS2",
    }
