"""Which entry of the book holds a reference: open addressing over flat arrays, a few bytes an entry.

Split into shards, so that growing one of them never holds the whole process up.
"""

from array import array

SHARDS = 256
START = 16  # slots of a shard, a power of two
MASK = (1 << 64) - 1


def hashed(ref: str) -> int:
    """64 bits: two alike among millions are as likely as a lottery win, and this is a simulator."""
    return hash(ref) & MASK


class RefIndex:
    """From a reference's hash to the first entry with it. Slots hold entry + 1; 0 is empty."""

    def __init__(self) -> None:
        self._hashes = array("Q")  # of every entry, in the book's order
        self._slots = [array("I", bytes(4 * START)) for _ in range(SHARDS)]
        self._used = array("I", bytes(4 * SHARDS))

    def find(self, digest: int) -> int | None:
        slots = self._slots[digest % SHARDS]
        entry = slots[self._slot(slots, digest)]
        return entry - 1 if entry else None

    def append(self, digest: int, *, named: bool) -> None:
        """The next entry of the book. Only the first with a reference is findable; nameless ones never."""
        self._hashes.append(digest)
        if named:
            self._place(digest, len(self._hashes))

    def _place(self, digest: int, entry: int) -> None:
        shard = digest % SHARDS
        slots = self._slots[shard]
        slot = self._slot(slots, digest)
        if slots[slot]:
            return
        slots[slot] = entry
        self._used[shard] += 1
        if self._used[shard] * 4 > len(slots) * 3:
            self._slots[shard] = self._grown(slots)

    def _grown(self, slots: "array[int]") -> "array[int]":
        larger = array("I", bytes(8 * len(slots)))
        for entry in slots:
            if entry:
                larger[self._slot(larger, self._hashes[entry - 1])] = entry
        return larger

    def _slot(self, slots: "array[int]", digest: int) -> int:
        """Where this hash is, or would be."""
        mask = len(slots) - 1
        slot = (digest >> 8) & mask
        while (entry := slots[slot]) and self._hashes[entry - 1] != digest:
            slot = (slot + 1) & mask
        return slot
