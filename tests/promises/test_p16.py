"""P16 numbers, texts, codes and keys stay out of logs, mails and Redis."""

import pytest

from tests.promises.running import figures_of

pytestmark = pytest.mark.servers


def test_no_canary_is_found_in_anything_that_is_written_beside_the_tables():
    figures = figures_of("p16", messages=60)
    assert figures["hits"] == []
    assert figures["planted_found"] == 1
    assert figures["bytes"] > 10_000
