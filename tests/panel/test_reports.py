"""Raporlar: sums of a range, beside the days before; never a cost for whom it is none of."""

from datetime import timedelta

import pytest

from gateways.base import Status
from messaging.reports import rollup, rollup_recipients
from messaging.reports.models import DailyStat
from smsmerkezi.core import clock
from smsmerkezi.templatetags import charts, ui
from tests import factories
from tests.api import lives
from tests.panel.conftest import page


@pytest.fixture
def sums(world):
    for back, n in ((0, 10), (1, 5), (40, 100)):
        DailyStat.objects.create(
            tenant=world.firm, day=clock.today() - timedelta(days=back), originator="SMSMERKEZI", gateway="mock",
            source="api", messages=1, recipients=n, delivered=n - 1, failed=1, credits=n,
        )  # fmt: skip


def test_shows_thirty_days_beside_the_days_before(operator, sums):
    told = page(operator.get("/raporlar"))
    assert "önceki dönem: 100" in told
    assert "Teslim oranı %86,7" in told
    assert "SMSMERKEZI" in told
    assert told.count("<tr>") == 32


def test_shows_no_cost_to_viewers(viewer, operator, sums):
    assert "Kredi</th>" in page(operator.get("/raporlar"))
    assert "Kredi</th>" not in page(viewer.get("/raporlar"))


@pytest.mark.parametrize(
    ("query", "there"),
    [("source=api", True), ("source=panel", False), ("first=2020-01-01&last=2020-02-01", False)],
)
def test_is_narrowed(operator, sums, query, there):
    assert ("Toplamlar" in page(operator.get(f"/raporlar?{query}"))) is there


def test_without_anything_offers_more_days(operator):
    told = page(operator.get("/raporlar"))
    assert "Bu aralıkta gönderim yok" in told
    assert "Son 90 güne bak" in told


@pytest.mark.parametrize("query", ["first=2020-01-01", "first=dün", "first=2026-05-02&last=2026-05-01"])
def test_says_what_is_wrong_with_a_range_and_shows_the_usual(operator, sums, query):
    told = page(operator.get(f"/raporlar?{query}"))
    assert "Düzeltilmesi gerekenler" in told
    assert "Toplamlar" in told


def test_a_long_range_is_drawn_by_weeks(operator, sums):
    first = clock.today() - timedelta(days=200)
    assert "Günlük gönderim" in page(operator.get(f"/raporlar?first={first}"))


def test_shows_nothing_of_another_firm(world, stranger, sums):
    assert "Bu aralıkta gönderim yok" in page(stranger.get("/raporlar"))


def test_knows_what_was_sent_a_minute_ago(world, operator):
    factories.sent(world.firm, "05301112233")
    rollup.refresh()
    assert "Toplamlar" in page(operator.get("/raporlar?source=api"))


def test_bars_stand_on_each_other():
    drawn = charts.stacked([(3, 1), (0, 0), (0, 4)], "x & y")
    assert 'aria-label="x &amp; y"' in drawn
    assert drawn.count("M0 ") == 3
    assert charts.stacked([], "x")


def test_all_but_one_are_not_all():
    assert ui.percent(99_999, 100_000) == "%99,9"
    assert ui.percent(5, 5) == "%100,0"


def test_says_why_some_were_not_reached(world, operator, viewer):
    message = lives.ended(world.firm, Status.DELIVERED, Status.UNDELIVERED)
    rollup.refresh()
    rollup_recipients.refresh()
    shown = page(operator.get("/raporlar"))
    assert "Ulaşmama nedenleri" in shown
    assert "telefon kapalı, kapsama dışında" in shown
    assert f"{message.credits} SMS" in shown
    assert f"{message.credits} SMS" not in page(viewer.get("/raporlar"))


def test_days_before_there_were_messages_are_refused_in_words(operator):
    for first, last in (("0001-01-01", "0001-01-01"), ("", "0001-01-05")):
        answer = operator.get("/raporlar", {"first": first, "last": last})
        assert answer.status_code == 200
        assert "Tarih aralığı geçersiz" in page(answer)
