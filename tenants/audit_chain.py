"""Is the trail as it was written? Computed anew from its rows, without the functions that wrote it (docs/adr/0013)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tenants import audit_links
from tenants.audit_links import Link, seal


class Why(StrEnum):
    EDITED = "edited"  # also where something before it was taken out and the places were counted anew
    MISSING = "missing"  # it, or something before it
    INSERTED = "inserted"
    SWAPPED = "swapped"
    CUT = "tail cut"  # after it
    HEAD = "head changed"
    REWRITTEN = "rewritten"  # the chain fits, but it is not the one that was anchored


class Fault(NamedTuple):
    """The first entry that is not as it was written, None where no row is left to name."""

    entry: int | None
    why: Why


class Verdict(NamedTuple):
    """`entries` are those that fit, from the first on."""

    chain: int
    entries: int
    fault: Fault | None


def verify(*, chain: int | None = None) -> Iterator[Verdict]:
    """One chain (a firm's id, 0 for the platform's own), or each of them in the order of their numbers."""
    for each in audit_links.chains() if chain is None else [chain]:
        yield _verdict(each)


class Place(NamedTuple):
    """Where an entry stands in its chain, and whether it fits there: after the link before it, as far as that is sound."""

    seq: int
    hash: str
    fits: bool


def place_of(entry: int) -> Place | None:
    """None for an entry without a link, which nobody can have written through us."""
    found = audit_links.place_of(entry)
    if found is None:
        return None
    link, before = found
    return Place(link.seq, link.hash.hex(), link.fits(before or START.hash))


def _verdict(chain: int) -> Verdict:
    walk = Walk(chain)
    fault = walk.to_the_end()
    alone = audit_links.unlinked(chain)
    return Verdict(chain, walk.last.seq, fault if alone is None else _first(fault, alone))


def _first(fault: Fault | None, alone: int) -> Fault:
    """An entry without a link was put in beside the chain, unless it is a link that is missing."""
    if fault and fault.why in {Why.MISSING, Why.CUT}:
        return Fault(alone, fault.why)
    if fault and fault.entry is not None and fault.entry < alone:
        return fault
    return Fault(alone, Why.INSERTED)


START = Link(0, None, b"")


@dataclass
class Walk:
    """From link to link. `last` fits, and so does `older` before it."""

    chain: int
    last: Link = START
    older: Link = START

    def to_the_end(self) -> Fault | None:
        """Entries may be appended meanwhile: the head is judged by the links of its own moment."""
        while True:
            for link in audit_links.of(self.chain, after=self.last.seq):
                if fault := self.step(link):
                    return fault
            end = audit_links.end_of(self.chain)
            if end.longest == self.last.seq:
                break
        if end.seq > self.last.seq:
            return Fault(self.last.entry, Why.CUT)
        fits = (end.seq, end.hash) == (self.last.seq, self.last.hash)
        return None if fits else Fault(self.last.entry, Why.HEAD)

    def step(self, link: Link) -> Fault | None:
        if link.seq != self.last.seq + 1 or link.canonical is None:
            return Fault(link.entry, Why.MISSING)
        if not link.fits(self.last.hash):
            return self.explained(link)
        self.older, self.last = self.last, link
        return None

    def explained(self, link: Link) -> Fault:
        """It does not fit where it stands. Which other one would?"""
        if link.fits(self.older.hash):
            return Fault(self.last.entry, Why.INSERTED)
        before = self.last.hash
        for other in audit_links.of(self.chain, after=self.last.seq):
            if other.entry != link.entry and other.fits(before):
                between = other.seq == link.seq + 1 and not link.fits(other.hash)
                return Fault(link.entry, Why.INSERTED if between else Why.SWAPPED)
            if link.hash in {
                seal(before, told) for told in (other.canonical or "", other.told_by(link.entry))
            }:
                return Fault(link.entry, Why.SWAPPED)
        return Fault(link.entry, Why.EDITED)
