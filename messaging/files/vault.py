"""Files at rest: in the database, so that they commit, fail, move and are backed up with the rows that speak of them, and
stand behind the same walls (docs/adr/0016).

Each file has a key of its own, wrapped by SECRETS_KEYS, and is cut into pieces of AES-GCM: nobody reads, swaps, cuts or
reorders one unnoticed.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from messaging.files.models import Piece, StoredFile
from smsmerkezi.core import clock, crypto
from smsmerkezi.core.errors import DomainError, NotFound
from tenants.models import Tenant

PIECE = 256 * 1024  # bytes in memory at a time
SWEPT_AT_ONCE = 100  # files


class TooLarge(DomainError):
    """`longest` is what may be, for people."""

    code = "file-too-large"

    def __init__(self, limit: int) -> None:
        self.longest = _megabytes(limit)
        super().__init__(f"Dosya en çok {self.longest} olabilir.", field="file")


class Damaged(Exception):
    """A piece is not the one that was written."""


@transaction.atomic
def keep(
    *,
    tenant: Tenant,
    chunks: Iterable[bytes],
    name: str,
    purpose: str,
    limit: int,
    ends_at: datetime | None = None,
) -> StoredFile:
    """Store what `chunks` yield, or nothing. `limit` is in bytes. Raises TooLarge as soon as it is passed."""
    writer = Writer(tenant=tenant, name=name, purpose=purpose, limit=limit, ends_at=ends_at)
    for chunk in chunks:
        writer.write(chunk)
    return writer.close()


class Writer:
    """A file that is written in pieces, each in its caller's transaction; whole once it is closed."""

    def __init__(
        self, *, tenant: Tenant, name: str, purpose: str, limit: int, ends_at: datetime | None = None
    ) -> None:
        key = AESGCM.generate_key(bit_length=256)
        self.stored = StoredFile.objects.create(
            tenant=tenant,
            purpose=purpose,
            name=_shown(name),
            secret=crypto.encrypt(key.hex()),
            ends_at=ends_at,
        )
        self._box, self._limit = AESGCM(key), limit
        self._held, self._number = bytearray(), 0
        self._size, self._digest = 0, hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Raises TooLarge."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise TooLarge(self._limit)
        self._digest.update(chunk)
        self._held += chunk
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]

    def close(self) -> StoredFile:
        self._put(bytes(self._held), last=True)
        self.stored.size, self.stored.sha256 = self._size, self._digest.hexdigest()
        self.stored.save(update_fields=["size", "sha256"])
        return self.stored

    def _put(self, piece: bytes, *, last: bool) -> None:
        sealed = self._box.encrypt(_nonce(self._number), piece, _label(self.stored, last))
        Piece.objects.create(
            file=self.stored, number=self._number, tenant_id=self.stored.tenant_id, data=sealed
        )
        self._number += 1


def chunks(stored: StoredFile) -> Iterator[bytes]:
    """Its bytes, a piece at a time. Raises Damaged, and NotFound when it was removed meanwhile."""
    read = _opener(stored)
    for number in range(_count(stored)):
        yield read(number)


def opened(stored: StoredFile) -> io.BufferedReader:
    """As `chunks`; what is skipped by seeking is not read."""
    return io.BufferedReader(_Reader(stored), PIECE)


def _count(stored: StoredFile) -> int:
    """Of its pieces: one at least, all but the last of them full."""
    return max(1, -(-stored.size // PIECE))


def _opener(stored: StoredFile) -> Callable[[int], bytes]:
    """What reads a piece by its number."""
    box, last = AESGCM(bytes.fromhex(crypto.decrypt(stored.secret))), _count(stored) - 1

    def read(number: int) -> bytes:
        sealed = Piece.objects.filter(file=stored, number=number).values_list("data", flat=True).first()
        if sealed is None:
            raise NotFound("Dosya artık yok.")
        try:
            return box.decrypt(_nonce(number), bytes(sealed), _label(stored, number == last))
        except InvalidTag:
            raise Damaged(f"piece {number} of file {stored.pk}") from None

    return read


def remove(stored: StoredFile) -> None:
    stored.delete()


def prune() -> int:
    """Remove files whose time is over; how many."""
    over = StoredFile.objects.filter(ends_at__lte=clock.now()).order_by("ends_at")[:SWEPT_AT_ONCE]
    return (
        StoredFile.objects.filter(pk__in=list(over.values_list("pk", flat=True)))
        .delete()[1]
        .get("files.StoredFile", 0)
    )


class _Reader(io.RawIOBase):
    """`held` is the piece numbered `at`; `place` is where the next byte is read."""

    def __init__(self, stored: StoredFile) -> None:
        self.read_piece, self.size = _opener(stored), stored.size
        self.place, self.at, self.held = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self.place = base + offset
        return self.place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.place >= self.size:
            return 0
        number, inside = divmod(self.place, PIECE)
        if number != self.at:
            self.at, self.held = number, self.read_piece(number)
        taken = self.held[inside : inside + len(buffer)]
        self.place += len(taken)
        buffer[: len(taken)] = taken
        return len(taken)


def _nonce(number: int) -> bytes:
    """A key is used for one file, written once: counting is enough."""
    return number.to_bytes(12, "big")


def _label(stored: StoredFile, last: bool) -> bytes:
    return stored.uuid.bytes + bytes([last])


def _shown(name: str) -> str:
    """The last part of a path, without what no screen shows."""
    plain = "".join(letter for letter in name.replace("\\", "/").rsplit("/", 1)[-1] if letter.isprintable())
    return plain.strip()[:200] or "dosya"


def _megabytes(size: int) -> str:
    return f"{size // 1024**2} MB" if size >= 1024**2 else f"{size // 1024} KB"
