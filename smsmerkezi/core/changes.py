"""What a change is in the audit trail: `{field: [before, after]}`, without what must not be read there."""

from collections.abc import Iterable, Mapping
from typing import Any

Changes = dict[str, list[Any]]
HIDDEN = "•••"  # a secret, or a name that must not stay in a trail for ever


def between(row: object, wanted: Mapping[str, Any]) -> Changes:
    """What `row` would become. Values must be what JSON can hold."""
    return {
        name: [getattr(row, name), value] for name, value in wanted.items() if getattr(row, name) != value
    }


def hidden(names: Iterable[str]) -> Changes:
    """That these changed, and nothing of what they were and are."""
    return {name: [HIDDEN, HIDDEN] for name in names}


def masked(changes: Changes, *names: str) -> Changes:
    """The same, with these hidden."""
    return changes | hidden(name for name in names if name in changes)
