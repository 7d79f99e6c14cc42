"""A text with `{{name}}` in it, made for one recipient after the other. No firm's text is ever run (security §5.3)."""

from collections.abc import Sequence

from messaging.sms.templates import VARIABLE
from smsmerkezi.core import naming
from smsmerkezi.core.errors import DomainError


class UnknownVariable(DomainError):
    """The list has no such column. `name` is the variable, `known` what there is."""

    code = "unknown-variable"
    field = "body"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, ", ".join(known) or "-"
        super().__init__(f"Metindeki {{{{{name}}}}} alanı listede yok. Listedeki alanlar: {self.known}.")


class Wording:
    """`body` for people with these `fields`. Raises UnknownVariable."""

    def __init__(self, body: str, fields: Sequence[str]) -> None:
        pieces = VARIABLE.split(body)
        self.body = body
        self._fixed = pieces[::2]
        self._places = [_place(name, fields) for name in pieces[1::2]]
        self.alike = not self._places  # everybody gets the same

    def text(self, values: Sequence[str]) -> str:
        made = [self._fixed[0]]
        for place, fixed in zip(self._places, self._fixed[1:], strict=True):
            made += (values[place], fixed)
        return "".join(made)

    def lacks(self, values: Sequence[str]) -> bool:
        """Whether something would be left empty."""
        return not all(values[place] for place in self._places)


def _place(name: str, fields: Sequence[str]) -> int:
    wanted = naming.variable(name)
    for place, field in enumerate(fields):
        if field == wanted:
            return place
    raise UnknownVariable(name, fields)
