"""What the table says follows from what was measured."""

import json
from datetime import UTC, datetime

import pytest

from bench import __main__ as bench
from bench import figures, load, table
from bench.figures import Figure


def test_the_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_medians():
    figure = figures.against("x", "1/s", 0.5, [(10, 100), (100, 100), (50, 10)])
    assert (figure.measured, figure.limit, figure.ratio) == (50, 100, 1)


@pytest.mark.parametrize(
    ("figure", "ok"),
    [
        (Figure("fast enough", 500, "1/s", goal=500), True),
        (Figure("too slow", 499, "1/s", goal=500), False),
        (Figure("small enough", 300, "MB", goal=300, at_most=True), True),
        (Figure("too big", 301, "MB", goal=300, at_most=True), False),
        (Figure("held by its ratio", 1, "1/s", limit=100, ratio=1.3, goal=1.2), True),
        (Figure("short by its ratio", 9999, "1/s", limit=1, ratio=1.1, goal=1.2), False),
        (Figure("nothing promised", 1, "s"), None),
    ],
)
def test_a_goal_is_met_or_missed(figure, ok):
    assert figure.ok is ok


def test_percentiles_are_values_that_were_seen():
    waits = [0.1, 0.4, 0.2, 0.3]
    assert figures.percentile(waits, 0.5) == 0.3
    assert figures.percentile(waits, 0.95) == 0.4
    assert figures.percentile([7.0], 0.5) == 7.0


def test_a_rate_counts_from_the_first_growth_to_the_last():
    waited, stood = [(0.0, 5), (1.0, 5)], [(4.0, 25), (5.0, 25)]
    assert load.rate([*waited, (2.0, 15), (3.0, 25), *stood]) == 10
    assert load.rate(waited) == 0


def test_a_counter_that_never_arrives_is_an_error(monkeypatch):
    monkeypatch.setattr(load, "PATIENCE", 0)
    with pytest.raises(RuntimeError, match="1 instead of 2"):
        load.looks(lambda: 1, until=2)


def test_the_table_says_what_was_missed():
    shown = table.markdown(
        [Figure("requests", 1234.5, "1/s", goal=2000), Figure("memory", 1.25, "MB", goal=2, at_most=True)]
    )
    assert [line.split("|")[1].strip() for line in shown.splitlines()] == [
        "what",
        "-" * 10,
        "requests",
        "memory",
    ]
    assert "1,234" in shown
    assert ">= 2,000" in shown
    assert "| NO  |" in shown
    assert "<= 2.00" in shown


def test_a_run_is_kept_with_its_verdicts(tmp_path):
    file = table.save(
        [Figure("requests", 1, "1/s", goal=2)], datetime(2026, 11, 23, tzinfo=UTC), tmp_path / "results"
    )
    run = json.loads(file.read_text())
    assert file.name == "2026-11-23T000000.json"
    assert run["figures"] == [
        {
            "what": "requests",
            "measured": 1,
            "unit": "1/s",
            "limit": None,
            "ratio": None,
            "goal": 2,
            "at_most": False,
            "ok": False,
        }
    ]
    assert run["machine"]["cores"] >= 1


def test_an_unknown_bench_is_named(capsys):
    with pytest.raises(SystemExit):
        bench.main(["nonsense"])
    assert "no such bench: nonsense" in capsys.readouterr().err
