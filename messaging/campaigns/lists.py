"""The list of a campaign as it is kept once it has been checked: who is sent to, and what is known of each.

Without fields it is the numbers, eight bytes each; with them, a line of JSON for each recipient: number, row of the file,
values. It is written once and read from beginning to end, for the price and for sending: so both see the same people.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

import orjson

from messaging.campaigns.models import Campaign
from messaging.files import vault
from smsmerkezi.core.errors import NotFound

WIDTH = 8  # bytes of a number
PURPOSE = "campaign.kept"
LIMIT = 1024**3  # bytes; a million rows of a thousand


class Person(NamedTuple):
    """`row` is the row of the file, as a spreadsheet counts; 0 where only numbers are kept."""

    msisdn: int
    row: int
    values: tuple[str, ...]


def packed(people: Sequence[Person], *, plain: bool) -> bytes:
    """`plain` where there are no fields."""
    if plain:
        return array("q", [person.msisdn for person in people]).tobytes()
    return b"".join(orjson.dumps([person.msisdn, person.row, *person.values]) + b"\n" for person in people)


class Reader:
    """People of the list from the `skip`-th on."""

    def __init__(self, campaign: Campaign, *, skip: int = 0) -> None:
        if campaign.kept is None:
            raise NotFound("Liste artık yok.")
        self._source: BinaryIO = vault.opened(campaign.kept)
        self.plain = not campaign.fields
        self._pass_over(skip)

    def numbers(self, count: int) -> list[int]:
        """Of the next `count`, fewer at the list's end."""
        if not self.plain:
            return [int(line[1 : line.index(b",")]) for line in islice(self._source, count)]
        found = array("q")
        found.frombytes(self._source.read(count * WIDTH))
        return found.tolist()

    def people(self, count: int) -> list[Person]:
        """The next `count` of any list, fewer at its end."""
        if self.plain:
            return [Person(number, 0, ()) for number in self.numbers(count)]
        return list(map(_person, islice(self._source, count)))

    def _pass_over(self, count: int) -> None:
        if not self.plain:
            for _ in islice(self._source, count):
                pass
            return
        left = count * WIDTH
        while left and (passed := len(self._source.read(min(left, vault.PIECE)))):
            left -= passed


def batches(campaign: Campaign, size: int) -> Iterator[list[Person]]:
    reader = Reader(campaign)
    while people := reader.people(size):
        yield people


def _person(line: bytes) -> Person:
    msisdn, row, *values = orjson.loads(line)
    return Person(msisdn, row, tuple(values))
