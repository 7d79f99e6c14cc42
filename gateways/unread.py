"""Reports that a vendor's rate did not let us read yet.

Vendors answer in pages and allow only so many a minute. What a call could not read is read first by the next one, from the
page where it stopped: a long report is read to its end, and none waits for ever behind another. Losing this memory costs
nothing but a question, since the platform asks again about every submission that is still open.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from gateways.base import GatewayDown, Question, Report

ROOM = 200  # readings that wait; what does not fit is asked again by the platform
MOST_PAGES = 250  # of one reading: a vendor whose pages never end must not hold up the others


@dataclass(slots=True)
class Reading:
    """Submissions that are asked about together, the page to go on with, and the recipients not seen so far."""

    questions: tuple[Question, ...]
    page: int
    pages: int = 0
    open: set[tuple[str, int]] = field(default_factory=set)


Turn = Callable[[Reading], tuple[list[Report], int | None]]


class Unread:
    """Shared by threads. Pages are numbered from `first`.

    One reading is about up to `together` submissions, and no more of them than have `rows` open recipients.
    """

    def __init__(self, *, first: int, together: int = 1, rows: int = 1) -> None:
        self._first, self._together, self._rows = first, together, rows
        self._waiting: deque[Reading] = deque()
        self._lock = Lock()

    def read(self, questions: Sequence[Question], *, turns: int, turn: Turn) -> list[Report]:
        """Up to `turns` pages. `turn` reads one and names the next, None after the last.

        Raises GatewayDown when not even the first could be had; later it ends the call, and what was read stays.
        """
        self._want(questions)
        reports: list[Report] = []
        for done in range(turns):
            reading = self._next()
            if reading is None:
                break
            try:
                found, page = turn(reading)
            except GatewayDown:
                self._waiting.append(reading)  # behind the others, in case it is the reason
                if not done:
                    raise
                break
            reports += found
            self._go_on(reading, found, page)
        return reports

    def _go_on(self, reading: Reading, found: Sequence[Report], page: int | None) -> None:
        """Pages may follow after the last recipient that we asked for: they are not worth a question."""
        known = bool(reading.open)
        reading.open -= {(report.provider_id, report.msisdn) for report in found}
        reading.pages += 1
        if page is not None and reading.pages < MOST_PAGES and (reading.open or not known):
            reading.page = page
            self._waiting.appendleft(reading)

    def _next(self) -> Reading | None:
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def _want(self, questions: Sequence[Question]) -> None:
        with self._lock:
            waiting = {_key(question) for reading in list(self._waiting) for question in reading.questions}
            fresh = [question for question in questions if _key(question) not in waiting]
            for group in self._groups(fresh):
                if len(self._waiting) < ROOM:
                    self._waiting.append(Reading(group, self._first, open=_open(group)))

    def _groups(self, questions: Sequence[Question]) -> Iterator[tuple[Question, ...]]:
        group: list[Question] = []
        rows = 0
        for question in questions:
            size = max(1, len(question.msisdns))
            if group and (len(group) == self._together or rows + size > self._rows):
                yield tuple(group)
                group, rows = [], 0
            group.append(question)
            rows += size
        if group:
            yield tuple(group)


def _key(question: Question) -> tuple[str, str]:
    return question.client_ref, question.provider_id


def _open(questions: Sequence[Question]) -> set[tuple[str, int]]:
    return {(question.provider_id, msisdn) for question in questions for msisdn in question.msisdns}
