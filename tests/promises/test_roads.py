"""The same messages by every road end in the same states."""

import pytest

from messaging.sms.models import Recipient
from tests.promises.running import figures_of
from tests.soak import roads

pytestmark = pytest.mark.servers
STATE = Recipient.State


def test_the_same_messages_end_alike_in_every_dialect():
    figures = figures_of("roads", messages=100)
    assert figures["recipients"] == figures["roads"] * 100


@pytest.mark.parametrize(
    ("fate", "state", "exactly", "is_wrong"),
    [
        ("0001", STATE.DELIVERED, True, False),
        ("1001", STATE.DELIVERED, True, False),
        ("1001", STATE.UNDELIVERED, False, True),
        ("0002", STATE.DELIVERED, False, True),
        ("0003", STATE.EXPIRED, True, False),
        ("0003", STATE.UNDELIVERED, True, True),
        ("0003", STATE.UNDELIVERED, False, False),
        ("0004", STATE.EXPIRED, False, True),
    ],
)
def test_an_operator_may_be_short_of_words_but_not_wrong(fate, state, exactly, is_wrong):
    assert roads.wrong(fate, state, exactly=exactly) is is_wrong
