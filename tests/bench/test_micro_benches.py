"""The micro-benches measure what they say; their figures are not asserted beyond what noise cannot turn round."""

import phonenumbers

from bench import phones as bench_phones
from bench import segments as bench_segments
from gateways import segments
from smsmerkezi.core import phones


def test_both_ways_read_the_same_numbers_from_the_benches_rows():
    for grouped in (False, True):
        rows = bench_phones.rows(200, grouped=grouped)
        ours = phones.normalise_many(rows)
        assert ours.invalid == []
        assert set(bench_phones.rival(rows)) <= set(ours.numbers)


def test_the_rival_is_asked_the_hard_question():
    """It refuses the blocks that no operator has, so its work includes the check of validity."""
    number = phonenumbers.parse("05201234567", "TR")
    assert bench_phones.rival(["05201234567"]) == [905201234567] * phonenumbers.is_valid_number(number)


def test_turkish_numbers_are_read_many_times_faster(monkeypatch):
    """The bench on a quiet machine says at least 20; here there is room for noise."""
    monkeypatch.setattr(bench_phones, "ROWS", 2_000)
    monkeypatch.setattr(bench_phones, "RIVAL_ROWS", 200)
    assert bench_phones.run()["tidy_ratio"] >= 15


def test_the_texts_are_as_long_as_their_names_say(monkeypatch):
    monkeypatch.setattr(bench_segments, "CALLS", 10)
    assert {f"{name}_us" for name in bench_segments.TEXTS} == set(bench_segments.run())
    assert all(
        len(text) == int(name.rsplit("_", 1)[1])
        for name, text in bench_segments.TEXTS.items()
        if name != "ucs2_60"
    )
    assert segments.count(bench_segments.TEXTS["ucs2_60"]).units == 60
