"""Recipient ids. The database hands out blocks of 1,000; this process hands out ids of its block.

So the recipients of a submission are one contiguous range, and ids rise with time closely enough for partitions by id. A
block is dropped after a minute, or in a forked child. Ids that are never used are gaps, nothing else.
"""

import os
import threading
import time

from smsmerkezi import database

BLOCK = 1000
LIFETIME = 60.0  # seconds
NEXT_BLOCK = "SELECT nextval('sms_recipient_block')"


class Allocator:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = self._end = 0
        self._born = 0.0
        self._pid = os.getpid()

    def take(self, count: int) -> int:
        """The first of `count` (1..1000) ids that follow each other."""
        with self._lock:
            if self._next + count > self._end or self._stale():
                self._next = database.rows(NEXT_BLOCK, {})[0][0]
                self._end = self._next + BLOCK
                self._born, self._pid = time.monotonic(), os.getpid()
            first = self._next
            self._next += count
            return first

    def _stale(self) -> bool:
        return self._pid != os.getpid() or time.monotonic() - self._born > LIFETIME

    def forget(self) -> None:
        with self._lock:
            self._next = self._end = 0


recipients = Allocator()
