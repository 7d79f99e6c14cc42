"""Windows: exact under parallel callers, because the database counts."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tenants import limits
from tenants.limits import Limit, Quota
from tenants.models import RateWindow

MINUTE = Limit(hits=3, seconds=60)


class TestAQuota:
    @given(limit=st.integers(0, 100), hits=st.integers(0, 200), left=st.floats(-1, 3600))
    def test_never_shows_a_negative_figure_and_says_at_least_a_second(self, limit, hits, left):
        quota = Quota(limit, hits, left)
        assert quota.remaining == max(0, limit - hits)
        assert quota.exceeded is (hits > limit)
        assert quota.retry_after >= max(1, left)

    def test_says_when_the_window_opens_anew(self):
        assert Quota(1, 2, 30.2).resets_at - time.time() == pytest.approx(30.7, abs=0.6)

    def test_that_is_used_up_exactly_still_passes(self):
        assert Quota(3, 3, 1).check().remaining == 0

    def test_that_is_exceeded_refuses_in_the_contracts_words(self):
        with pytest.raises(limits.TooManyRequests, match="2 saniye sonra tekrar deneyin") as refused:
            Quota(3, 4, 1.1).check()
        assert (refused.value.retry_after, refused.value.quota.hits) == (2, 4)


@pytest.mark.django_db
class TestAWindow:
    def test_opens_with_the_first_hit_and_counts_every_one(self):
        assert [limits.hit("a", MINUTE).remaining for _ in range(5)] == [2, 1, 0, 0, 0]
        assert limits.hit("a", MINUTE).hits == 6

    def test_of_another_bucket_is_another(self):
        limits.hit("a", MINUTE)
        assert limits.hit("b", MINUTE).remaining == 2

    def test_lasts_from_its_first_hit(self):
        first = limits.hit("a", MINUTE)
        time.sleep(0.05)
        assert limits.hit("a", MINUTE).seconds_left < first.seconds_left <= 60

    def test_that_is_over_opens_anew(self):
        limits.hit("a", Limit(3, 0))
        assert (limits.hit("a", MINUTE).hits, RateWindow.objects.count()) == (1, 1)

    def test_can_be_looked_at_without_counting(self):
        assert (limits.peek("a", MINUTE).remaining, RateWindow.objects.count()) == (3, 0)
        limits.hit("a", MINUTE)
        assert [limits.peek("a", MINUTE).remaining for _ in range(2)] == [2, 2]

    def test_that_is_over_looks_unused(self):
        limits.hit("a", Limit(3, 0))
        assert limits.peek("a", MINUTE).hits == 0

    def test_counts_by_the_databases_clock_also_in_a_long_transaction(self):
        with transaction.atomic():
            limits.hit("a", MINUTE)
            before = limits.peek("a", MINUTE).seconds_left
            time.sleep(0.05)
            assert limits.peek("a", MINUTE).seconds_left < before


@pytest.mark.django_db(transaction=True)
def test_parallel_callers_are_counted_one_by_one():
    def call(_: int) -> int:
        try:
            return limits.hit("a", Limit(50, 60)).hits
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        counted = sorted(pool.map(call, range(200)))
    assert counted == list(range(1, 201))
