"""Each dialect has one total table from our codes to its own (style, points 5 and 24)."""

import importlib

import pytest

from smsmerkezi.api import problems
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import refusals
from tests.structure import source


def every_refusal() -> dict[str, type[DomainError]]:
    for path in source.code():
        if "commands" not in path.parts and path.stem not in {"__main__", "wsgi", "manage"}:
            importlib.import_module(source.name(path)[:-3].replace("/", ".").removesuffix(".__init__"))
    found, waiting = {}, [DomainError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.split(".")[0] in source.PACKAGES:
            found[kind.code] = kind
        waiting += kind.__subclasses__()
    return found


@pytest.mark.parametrize("table", [problems.KINDS, refusals.SENTENCES], ids=["v1", "panel"])
def test_every_refusal_has_an_answer_in_every_dialect(table):
    assert set(every_refusal()) - set(table) == set()


def test_no_dialect_answers_what_nobody_refuses():
    assert set(problems.KINDS) - set(every_refusal()) == set()


def test_a_code_is_never_two_refusals_of_different_status():
    assert all(problems.KINDS[code].status >= 400 for code in every_refusal())
