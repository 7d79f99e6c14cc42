"""Where the list of a campaign comes from: a file, pasted lines, the address book, or whom a message missed."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from itertools import islice

from messaging.campaigns import lists
from messaging.campaigns.models import NUMBER, Campaign
from messaging.contacts import book, filters
from messaging.files import sheets, vault
from messaging.files.sheets import Row
from messaging.sms import missed
from smsmerkezi.core.errors import NotFound

BOOK_COLUMNS = (NUMBER, "name", "il", "ilce", "sektor")
BOOK_VALUES = ("id", "msisdn", "name", "address_province", "address_district", "sector")
AT_ONCE = 5000  # rows


class FileGone(NotFound):
    def __init__(self) -> None:
        super().__init__("Liste artık yok; yeniden yükleyin.")


class Source(ABC):
    """`rows` has no header; `place` of `total` tells how far they have been read. A total of 0 is not known."""

    total = 0
    place = 0

    @property
    @abstractmethod
    def rows(self) -> Iterator[Row]: ...


class FromFile(Source):
    """Measured in bytes."""

    def __init__(self, campaign: Campaign) -> None:
        if campaign.file is None:
            raise FileGone
        self._layout = sheets.Layout.from_dict(campaign.layout)
        self._stream = vault.opened(campaign.file)
        self.total = campaign.file.size

    @property
    def place(self) -> int:  # type: ignore[override]
        return min(self._stream.raw.tell(), self.total)

    @property
    def rows(self) -> Iterator[Row]:
        """Raises Unreadable, also half way."""
        return islice(sheets.rows(self._stream, self._layout), int(self._layout.header), None)


class FromBook(Source):
    """Everybody in it, or in a group and those below it, or with a tag."""

    def __init__(self, campaign: Campaign) -> None:
        asked = {name: campaign.layout[name] for name in ("group", "tag") if campaign.layout.get(name)}
        chosen = filters.ContactFilter(asked, book.of(campaign.tenant), firm=campaign.tenant).qs
        self._chosen = chosen.order_by("id").values_list(*BOOK_VALUES)

    @property
    def rows(self) -> Iterator[Row]:
        number, last = 0, 0
        while found := list(self._chosen.filter(pk__gt=last)[:AT_ONCE]):
            for _, msisdn, *values in found:
                number += 1
                yield Row(number, [str(msisdn), *values])
            last = found[-1][0]


class FromMissed(Source):
    """Those whom the campaign before did not reach, with the values that they had in its list."""

    def __init__(self, campaign: Campaign) -> None:
        before = campaign.parent
        if before is None or before.message is None or before.kept is None:
            raise FileGone
        self._before, self._missed = before, set(missed.numbers(before.message))
        self.total = before.recipients

    @property
    def rows(self) -> Iterator[Row]:
        for people in lists.batches(self._before, AT_ONCE):
            self.place += len(people)
            for person in people:
                if person.msisdn in self._missed:
                    yield Row(person.row, [str(person.msisdn), *person.values])


OPENED: dict[str, Callable[[Campaign], Source]] = {
    Campaign.Source.FILE: FromFile,
    Campaign.Source.MANUAL: FromFile,
    Campaign.Source.BOOK: FromBook,
    Campaign.Source.MISSED: FromMissed,
}
