"""Files at rest: what was kept comes back whole, or not at all."""

import io
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.files import vault
from messaging.files.models import Piece, StoredFile
from smsmerkezi import cron, scope
from smsmerkezi.core import clock
from smsmerkezi.core.errors import NotFound
from tests import factories

pytestmark = pytest.mark.django_db
LIMIT = 5 * 1024**2


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


def kept(firm, *chunks, name="liste.csv", limit=LIMIT, **more):
    return vault.keep(tenant=firm, chunks=chunks, name=name, purpose="test", limit=limit, **more)


def plain(stored):
    return b"".join(vault.chunks(stored))


def test_bytes_come_back_as_they_were_given_with_their_size_and_digest(firm):
    stored = kept(firm, b"abc", b"", b"def")
    assert plain(stored) == b"abcdef"
    assert stored.size == 6
    assert stored.sha256 == "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721"


@pytest.mark.parametrize("size", [0, 1, vault.PIECE - 1, vault.PIECE, vault.PIECE + 1, 3 * vault.PIECE])
def test_a_file_of_any_size_is_read_back_by_pieces(firm, size):
    content = bytes(n % 251 for n in range(size))
    stored = kept(firm, content)
    assert plain(stored) == content
    assert vault.opened(stored).read() == content
    assert Piece.objects.filter(file=stored).count() == max(1, -(-size // vault.PIECE))


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.binary(max_size=400), max_size=8), take=st.integers(1, 300))
def test_it_reads_the_same_however_it_was_cut(django_db_blocker, cuts, take):
    firm = factories.tenant(credits=0, sender="")
    with vault.opened(kept(firm, *cuts)) as opened:
        read = b"".join(iter(lambda: opened.read(take), b""))
    assert read == b"".join(cuts)


def test_nothing_of_the_content_stands_in_the_tables(firm):
    stored = kept(firm, b"05301234567 Ahmet" * 100)
    data = b"".join(bytes(row) for row in Piece.objects.values_list("data", flat=True))
    assert b"0530" not in data
    assert "0530" not in stored.secret


def test_the_same_bytes_look_different_in_each_file(firm):
    first, second = kept(firm, b"gizli"), kept(firm, b"gizli")
    assert first.pieces.get().data != second.pieces.get().data


def test_one_byte_too_many_stores_nothing(firm):
    assert kept(firm, b"x" * 10, limit=10).size == 10
    with pytest.raises(vault.TooLarge) as refused:
        kept(firm, b"x" * 6, b"x" * 5, limit=10)
    assert refused.value.code == "file-too-large"
    assert refused.value.field == "file"
    assert StoredFile.objects.count() == 1


def test_a_file_that_is_too_large_is_not_read_to_its_end(firm):
    seen = []

    def endless():
        while True:
            seen.append(1)
            yield b"x" * vault.PIECE

    with pytest.raises(vault.TooLarge, match="2 MB"):
        vault.keep(tenant=firm, chunks=endless(), name="a", purpose="test", limit=2 * 1024**2)
    assert len(seen) < 12


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ayşe\\liste.csv", "liste.csv"),
        ("", "dosya"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("ş" * 300, "ş" * 200),
    ],
)
def test_a_name_is_for_people_and_leads_nowhere(firm, given, shown):
    assert kept(firm, b"x", name=given).name == shown


class TestSomebodyTouchedIt:
    @pytest.fixture
    def stored(self, firm):
        return kept(firm, bytes(2 * vault.PIECE + 5))

    def test_a_changed_piece_is_noticed(self, stored):
        piece = stored.pieces.get(number=1)
        piece.data = bytes(piece.data[:-1]) + bytes([piece.data[-1] ^ 1])
        stored.pieces.filter(number=1).update(data=piece.data)
        with pytest.raises(vault.Damaged):
            plain(stored)

    def test_swapped_pieces_are_noticed(self, stored):
        first, second = (bytes(stored.pieces.get(number=n).data) for n in (0, 1))
        stored.pieces.filter(number=0).update(data=second)
        stored.pieces.filter(number=1).update(data=first)
        with pytest.raises(vault.Damaged):
            plain(stored)

    def test_a_cut_tail_is_noticed(self, stored):
        StoredFile.objects.filter(pk=stored.pk).update(size=2 * vault.PIECE)
        stored.refresh_from_db()
        with pytest.raises(vault.Damaged):
            plain(stored)

    def test_another_files_piece_is_noticed(self, firm, stored):
        other = kept(firm, bytes(2 * vault.PIECE + 5))
        stored.pieces.filter(number=0).update(data=bytes(other.pieces.get(number=0).data))
        with pytest.raises(vault.Damaged):
            plain(stored)


def test_a_removed_file_is_not_found_half_way(firm):
    stored = kept(firm, bytes(2 * vault.PIECE))
    reading = vault.chunks(stored)
    next(reading)
    vault.remove(StoredFile.objects.get(pk=stored.pk))
    with pytest.raises(NotFound):
        next(reading)


def test_time_takes_what_has_an_end_and_leaves_the_rest(firm):
    kept(firm, b"eski", ends_at=clock.now() - timedelta(seconds=1))
    young = kept(firm, b"yeni", ends_at=clock.now() + timedelta(days=1))
    ever = kept(firm, b"hep")
    assert cron.CHORES["forget_files"].work() == 1
    assert set(StoredFile.objects.all()) == {young, ever}
    assert Piece.objects.count() == 2
    assert vault.prune() == 0


def test_another_firm_sees_neither_file_nor_piece(firm):
    stored = kept(firm, b"gizli")
    with scope.of(factories.tenant(credits=0, sender="").pk):
        assert not StoredFile.objects.filter(pk=stored.pk).exists()
        assert not Piece.objects.filter(file_id=stored.pk).exists()


class TestSeeking:
    @pytest.fixture
    def content(self, monkeypatch):
        monkeypatch.setattr(vault, "PIECE", 10)
        return bytes(range(95))

    @given(
        places=st.lists(st.tuples(st.integers(-100, 120), st.integers(0, 2), st.integers(0, 40)), max_size=12)
    )
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_reads_what_a_file_on_a_disk_reads(self, firm, content, places):
        ours, theirs = vault.opened(kept(firm, content)), io.BytesIO(content)
        for offset, whence, count in places:
            base = (0, theirs.tell(), len(content))[whence]
            place = max(0, base + offset)
            assert ours.seek(place - base, whence) == theirs.seek(place)
            assert ours.read(count) == theirs.read(count)

    def test_reads_only_the_pieces_that_are_asked_for(self, firm, content, django_assert_num_queries):
        stored = kept(firm, content)
        with django_assert_num_queries(1):
            reader = vault.opened(stored)
            reader.seek(-5, io.SEEK_END)
            assert reader.read(5) == content[-5:]

    def test_before_the_beginning_is_refused(self, firm, content):
        with pytest.raises(ValueError, match="negative"):
            vault.opened(kept(firm, content)).seek(-1)
