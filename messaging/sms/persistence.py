"""Answers are evidence: they are written down although the database is away, full, slow, or somebody holds a lock.

One that cannot be stored spoils no other. A firm whose account is locked holds no other firm up: a thread of its own waits
for the lock.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from gateways.base import NotSent, Outcome, Unknown
from messaging.sms.store import failures
from messaging.sms.store.claim import Claimed
from smsmerkezi import database

logger = logging.getLogger(__name__)

Word = tuple[Claimed, Outcome]
PERSIST = 300.0  # seconds that answers wait
PAUSE = 0.5  # seconds between two tries meanwhile


def write(words: Sequence[Word], record: Callable[[Sequence[Word]], None]) -> None:
    """`record` them in one transaction, in smaller ones where that fails. Raises for a single word that cannot be stored."""
    _Writing(words, record, time.monotonic() + PERSIST).run()


@dataclass(frozen=True)
class _Writing:
    """`until` it goes on, monotonic; `aside` nobody waits for it."""

    words: Sequence[Word]
    record: Callable[[Sequence[Word]], None]
    until: float
    aside: bool = False

    def run(self) -> None:
        """Until it is done. Writing twice is harmless: fences and states hold the second time."""
        tries = 1
        while (error := self._error()) and self._again(error, tries):
            tries += 1
        if not error:
            return
        if failures.locked(error) and not self.aside:
            self._by_firm()
        elif len(self.words) == 1:
            raise error  # its lease lapses, and its gateway is asked
        else:
            for word in self.words:
                self._part([word])

    def _error(self) -> Exception | None:
        try:
            self.record(self.words)
        except failures.ANY as error:
            return error
        return None

    def _again(self, error: Exception, tries: int) -> bool:
        if failures.in_conflict(error):
            return tries < database.TRIES
        waits = failures.away(error) or (failures.locked(error) and self.aside)
        if not waits or time.monotonic() > self.until:
            return False
        if not (database.sqlstate(error) and connection.is_usable()):
            connection.close()
        time.sleep(PAUSE)
        return True

    def _by_firm(self) -> None:
        firms = defaultdict(list)
        for word in self.words:
            firms[word[0].tenant_id].append(word)
        if len(firms) == 1:
            threading.Thread(target=self._wait_aside, name="locked-out").start()
            return
        for words in firms.values():
            self._part(words)

    def _wait_aside(self) -> None:
        """One by one, those first that move no credit: they need no lock on the account."""
        try:
            for word in sorted(self.words, key=_moves_credit):
                self._part([word], aside=True)
        finally:
            connection.close()

    def _part(self, words: Sequence[Word], *, aside: bool = False) -> None:
        try:
            replace(self, words=words, aside=aside).run()
        except failures.ANY:
            logger.exception("record.impossible", extra={"ids": {"submission": words[0][0].id}})


def _moves_credit(word: Word) -> bool:
    return not isinstance(word[1], NotSent | Unknown)
