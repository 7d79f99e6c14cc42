"""The book forgets nothing: in memory, on disk, across a kill."""

import random
import signal
import time

import orjson
from hypothesis import given
from hypothesis import strategies as st

from gateways.mock import Mock
from gateways.simulator.book import Book, Order
from gateways.simulator.refs import RefIndex, hashed
from tests.gateways import harness, parcels, simulators


def order(ref: str = "a", *numbers: int, **fields) -> Order:
    return Order(ref, "SMSMERKEZI", list(numbers) or [905321234567], fields.pop("text", "Merhaba"), **fields)


def test_an_entry_keeps_everything():
    book = Book()
    n = book.add("mock-b", order('ref ş"', 1, 2, texts=["bir", "iki"], refused=[4], otp=True))

    entry = orjson.loads(book.line(n))
    assert abs(entry.pop("at") - time.time()) < 5
    assert entry == {
        "ref": 'ref ş"',
        "vendor": "mock-b",
        "n": 0,
        "originator": "SMSMERKEZI",
        "msisdns": [1, 2],
        "text": "Merhaba",
        "texts": ["bir", "iki"],
        "refused": [4],
        "otp": True,
    }
    assert (book.ref(n), book.vendor(n), list(book.msisdns(n))) == ('ref ş"', "mock-b", [1, 2])


def test_a_reference_longer_than_a_glance_is_read_all_the_same():
    book = Book()
    assert book.ref(book.add("mock-b", order("x" * 5000))) == "x" * 5000


def test_a_repeated_reference_is_counted_once_and_found_each_time():
    book = Book()
    for ref in ("a", "b", "a", "a", ""):
        book.add("mock-b", order(ref))
    book.add("netgsm", order(""))

    assert book.summary() == {
        "acceptances": 6,
        "recipients": 6,
        "repeated_refs": 1,
        "vendors": {"mock-b": 5, "netgsm": 1},
    }
    assert (book.all_of("a"), book.all_of("b"), book.all_of("c"), book.all_of("")) == ([0, 2, 3], [1], [], [])
    assert (book.first("a"), book.first("c")) == (0, None)


def test_a_window_holds_one_vendors_entries_between_two_moments():
    book = Book()
    for vendor in ("mock-c", "netgsm", "mock-c"):
        book.add(vendor, order())
    first, last = book.accepted_at(0), book.accepted_at(2)

    assert list(book.between("mock-c", first, last)) == [0, 2]
    assert list(book.between("mock-c", last + 1, last + 2)) == []


def test_a_book_on_disk_is_opened_again_whole(tmp_path):
    path = tmp_path / "deep" / "book.jsonl"
    first = Book(path)
    for n in range(50):
        first.add("mock-a", order(f"ref-{n % 40}", *range(n, n + 3)))

    again = Book(path)

    assert (again.summary(), again.opened) == (first.summary(), first.opened)
    assert [again.line(n) for n in range(50)] == [first.line(n) for n in range(50)]
    assert again.all_of("ref-3") == [3, 43]
    assert again.add("mock-a", order("new")) == 50


def test_a_line_that_was_not_finished_never_was(tmp_path):
    path = tmp_path / "book.jsonl"
    Book(path).add("mock-a", order("whole"))
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'{"ref":"half","vendor":')

    again = Book(path)

    assert len(again) == 1
    assert path.stat().st_size == size
    again.add("mock-a", order("next"))
    assert Book(path).first("next") == 1


def test_what_was_answered_outlives_a_kill(tmp_path):
    with simulators.in_process("--data", str(tmp_path)) as (process, remote):
        gateway = harness.gateway(Mock, remote.url)
        for _ in range(20):
            gateway.submit(parcels.parcel())
        process.send_signal(signal.SIGKILL)
        process.wait(5)

    assert len(Book(tmp_path / "book.jsonl")) == 20


@given(st.lists(st.text(max_size=3)))
def test_an_index_finds_the_first_of_each_reference(refs):
    index, expected = RefIndex(), {}
    for n, ref in enumerate(refs):
        index.append(hashed(ref), named=bool(ref))
        if ref:
            expected.setdefault(ref, n)

    assert {ref: index.find(hashed(ref)) for ref in expected} == expected
    assert index.find(hashed("stranger")) is None


def test_an_index_of_many_grows():
    index, dice = RefIndex(), random.Random(1)
    digests = [dice.getrandbits(64) for _ in range(50_000)]
    for digest in digests:
        index.append(digest, named=True)

    assert [index.find(digest) for digest in digests] == list(range(50_000))
    assert index.find(dice.getrandbits(64)) is None


def test_a_recipient_costs_a_few_bytes(tmp_path):
    book = Book(tmp_path / "book.jsonl")
    for n in range(100):
        book.add("mock-b", order(f"{n}", *range(1000)))

    assert book._numbers.itemsize == 8
    held = sum(len(column) * column.itemsize for column in vars(book).values() if hasattr(column, "itemsize"))
    assert held < 100_000 * 8 + 100 * 40
