"""A circuit as staff are told of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateways import words
from gateways.circuit import Standing, standing
from gateways.models import Circuit

NOW = timezone.now()
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (None, Standing.FINE),
        (Circuit(), Standing.FINE),
        (Circuit(failures=3), Standing.FINE),
        (Circuit(asks_after=LATER), Standing.FINE),
        (Circuit(since=EARLIER, open_until=LATER), Standing.RESTS),
        (Circuit(since=EARLIER, open_until=EARLIER), Standing.TRIED),
        (Circuit(since=EARLIER), Standing.TRIED),
        (Circuit(since=EARLIER, open_until=LATER, needs_staff=True), Standing.NEEDS_STAFF),
        (Circuit(since=EARLIER, open_until=EARLIER, needs_staff=True), Standing.NEEDS_STAFF),
    ],
)
def test_a_standing_follows_from_the_row(row, expected):
    assert standing(row) is expected


def test_our_own_reason_is_translated_and_an_operators_is_not():
    assert words.reason("answers lost") == "arka arkaya yanıt alınamadı"
    assert words.reason("quota") == "quota"
