"""What a vendor's rate did not let us read is read later: to its end, in turn, and once."""

import threading
from collections import Counter

import pytest

from gateways import unread
from gateways.base import GatewayDown, Report, Status
from gateways.unread import Reading, Unread
from tests.gateways.parcels import question


class Vendor:
    """Answers in pages of `page` recipients, `allowed` of them, then not."""

    def __init__(self, *, page: int = 100, allowed: int = 1000, pages: dict[str, int] | None = None):
        self.page, self.allowed, self.pages = page, allowed, pages or {}
        self.asked: list[tuple[tuple[str, ...], int]] = []

    def turn(self, reading: Reading):
        if len(self.asked) >= self.allowed:
            raise GatewayDown("rate")
        self.asked.append((tuple(each.provider_id for each in reading.questions), reading.page))
        rows = [(each.provider_id, msisdn) for each in reading.questions for msisdn in each.msisdns]
        start = reading.page * self.page
        found = rows[start : start + self.page]
        reports = [Report(Status.DELIVERED, msisdn, job) for job, msisdn in found]
        return reports, reading.page + 1 if len(found) == self.page else None


def job(name: str, size: int = 1):
    return question(f"ref-{name}", name, msisdns=tuple(range(1, size + 1)))


def read(memory: Unread, vendor: Vendor, *questions, turns: int = 10) -> Counter[str]:
    found = memory.read(questions, turns=turns, turn=vendor.turn)
    return Counter(report.provider_id for report in found)


def test_small_jobs_share_a_question_and_large_ones_have_their_own():
    memory, vendor = Unread(first=0, together=50, rows=100), Vendor()

    read(memory, vendor, job("a", 40), job("b", 60), job("c", 1), job("d", 500), job("e", 1))

    assert [jobs for jobs, page in vendor.asked if page == 0] == [("a", "b"), ("c",), ("d",), ("e",)]


def test_no_question_names_more_jobs_than_the_vendor_takes():
    memory, vendor = Unread(first=0, together=3, rows=100), Vendor()

    read(memory, vendor, *(job(str(n)) for n in range(7)))

    assert [len(jobs) for jobs, _ in vendor.asked] == [3, 3, 1]


def test_a_report_that_ends_with_a_full_page_costs_no_more():
    memory, vendor = Unread(first=0, together=50, rows=100), Vendor()

    assert read(memory, vendor, job("a", 500)) == {"a": 500}
    assert len(vendor.asked) == 5


def test_what_there_was_no_time_for_is_read_first_the_next_time():
    memory, vendor = Unread(first=0, together=50, rows=100), Vendor()

    assert read(memory, vendor, job("a", 500), job("b", 500), job("c", 500)) == {"a": 500, "b": 500}
    assert read(memory, vendor, job("d", 200)) == {"c": 500, "d": 200}


def test_a_report_goes_on_with_the_page_where_it_stopped():
    memory, vendor = Unread(first=0, together=50, rows=100), Vendor(allowed=2)

    assert read(memory, vendor, job("a", 500)) == {"a": 200}
    for allowed in (3, 5):
        vendor.allowed = allowed
        read(memory, vendor, job("a", 500))

    assert [page for _, page in vendor.asked] == [0, 1, 2, 3, 4]


def test_what_waits_already_is_not_asked_twice():
    memory, vendor = Unread(first=0), Vendor(allowed=0)
    for _ in range(3):
        with pytest.raises(GatewayDown, match="rate"):
            read(memory, vendor, job("a"))

    vendor.allowed = 10
    assert read(memory, vendor, job("a")) == {"a": 1}
    assert len(vendor.asked) == 1


def test_one_that_always_fails_holds_nobody_up():
    memory, vendor = Unread(first=0), Vendor()

    def turn(reading):
        if reading.questions[0].provider_id == "bad":
            raise GatewayDown("unreadable")
        return vendor.turn(reading)

    with pytest.raises(GatewayDown):
        memory.read([job("bad"), job("a"), job("b")], turns=10, turn=turn)
    assert len(memory.read([], turns=10, turn=turn)) == 2


def test_pages_without_end_end():
    memory, turns = Unread(first=0), []

    def turn(reading):
        turns.append(reading.page)
        return [], reading.page + 1

    for _ in range(100):
        memory.read([job("a")] if not turns else [], turns=10, turn=turn)

    assert len(turns) == unread.MOST_PAGES


def test_the_memory_is_bounded():
    memory, vendor = Unread(first=0), Vendor()

    read(memory, vendor, *(job(str(n)) for n in range(unread.ROOM + 50)), turns=0)
    found = read(memory, vendor, turns=1000)

    assert len(found) == unread.ROOM


def test_nothing_to_read_is_nothing_asked():
    vendor = Vendor()
    assert read(Unread(first=0), vendor) == {}
    assert vendor.asked == []


def test_threads_share_the_work_and_read_nothing_twice():
    memory, vendor, found = Unread(first=0), Vendor(), Counter()
    lock = threading.Lock()

    def work():
        told = read(memory, vendor, *(job(str(n), 3) for n in range(100)), turns=30)
        with lock:
            found.update(told)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.update(read(memory, vendor, turns=1000))

    assert set(found) == {str(n) for n in range(100)}
