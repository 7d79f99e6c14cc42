import pytest

from gateways.simulator import fate


@pytest.mark.parametrize(
    ("last", "status", "soonest", "latest"),
    [
        (1, "delivered", 0, 1),
        (2, "undelivered", 0, 1),
        (3, "expired", 0, 1),
        (4, "rejected", 0, 1),
        (5, "delivered", 0, 3),
        (7, "delivered", 5, 10),
    ],
)
def test_the_last_four_digits_choose(last, status, soonest, latest):
    found = fate.fate_of(905320000000 + last)
    assert found.status == status
    assert soonest < found.after <= latest


def test_one_number_is_never_heard_of():
    assert fate.fate_of(905320000006) is None


def test_all_others_are_delivered_within_three_seconds_and_not_all_at_once():
    found = [fate.fate_of(905320001000 + n) for n in range(1000)]

    assert {each.status for each in found} == {"delivered"}
    assert all(1 <= each.after <= 3 for each in found)
    assert len({each.after for each in found}) > 100
    assert fate.fate_of(905320001000) == fate.fate_of(905320001000)


def test_the_end_of_a_number_is_four_digits():
    assert fate.ends_with([905320000005, 1], fate.HANGS)
    assert not fate.ends_with([905320010015, 5000], fate.HANGS)
