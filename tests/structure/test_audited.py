"""Whoever changes something leaves a line in the trail, in the same transaction."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.structure import source

IN_ONE_TRANSACTION = {"transaction.atomic", "database.transactional", "transactional"}
# Verbs of a package that knows no trail: their caller writes it (gateways.setup, `note`).
TOLD = {"note"}
# A second factor that nobody has confirmed changes nothing yet; `confirm` tells of it. What a job will do, it tells at its end.
NOTHING_YET = {
    "tenants/enrolment.py:start",
    "messaging/contacts/bulk.py:found",
    "messaging/contacts/optout_import.py:start",
    *(f"messaging/contacts/imports.py:{verb}" for verb in ("start", "check", "run", "undo")),
}
# What is done to a campaign before it is launched concerns nobody; launching tells of it.
DRAFTS = tuple(f"messaging/campaigns/{name}.py:" for name in ("drafts", "listing", "letters", "again"))


def verbs(path: Path) -> Iterator[ast.FunctionDef]:
    """Public functions of a module that change something for somebody."""
    for function in source.tree(path).body:
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
            continue
        wrapped = {ast.unparse(each) for each in function.decorator_list} & IN_ONE_TRANSACTION
        if wrapped and {"by", *TOLD} & {argument.arg for argument in function.args.kwonlyargs}:
            yield function


@cache
def module(name: str) -> Path | None:
    """`tenants.audit`, or what `from tenants import audit` names."""
    for path in (
        source.ROOT / f"{name.replace('.', '/')}.py",
        source.ROOT / name.replace(".", "/") / "__init__.py",
    ):
        if path.exists():
            return path
    return None


@cache
def imported(path: Path) -> dict[str, Path]:
    """The modules of ours that a module calls by name."""
    return {
        alias.asname or alias.name: found
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if (found := module(f"{node.module}.{alias.name}"))
    }


def writes_the_trail(path: Path, function: ast.FunctionDef, seen: frozenset[str] = frozenset()) -> bool:
    """Itself, or through what it calls, here or in another module of ours."""
    place = f"{path}:{function.name}"
    if place in seen:
        return False
    seen |= {place}
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) == "audit.record" or (
            isinstance(call.func, ast.Name) and call.func.id in TOLD
        ):
            return True
        for where, name in called(path, call):
            found = next((each for each in source.functions(where) if each.name == name), None)
            if found is not None and writes_the_trail(where, found, seen):
                return True
    return False


def called(path: Path, call: ast.Call) -> Iterator[tuple[Path, str]]:
    match call.func:
        case ast.Name(id=name):
            yield path, name
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in imported(path):
            yield imported(path)[owner], name


def test_every_verb_that_changes_something_writes_the_trail():
    found = {
        f"{source.name(path)}:{verb.name}": (path, verb) for path in source.code() for verb in verbs(path)
    }
    assert {
        "tenants/firms.py:create",
        "gateways/setup.py:change",
        "messaging/sms/cancelling.py:cancel",
    } <= set(found)
    silent = [name for name, (path, verb) in found.items() if not writes_the_trail(path, verb)]
    assert {name for name in silent if not name.startswith(DRAFTS)} == NOTHING_YET


def test_the_rule_sees_a_verb_that_is_silent(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "ROOT", tmp_path)
    quiet = tmp_path / "quiet.py"
    quiet.write_text(
        "from tenants import audit\n"
        "@transaction.atomic\ndef loud(*, by):\n    _note(by)\n"
        "def _note(by):\n    audit.record(by=by, action='x')\n"
        "@transaction.atomic\ndef silent(*, by):\n    silent(by=by)\n"
        "def read(*, by):\n    pass\n"
    )
    assert {verb.name: writes_the_trail(quiet, verb) for verb in verbs(quiet)} == {
        "loud": True,
        "silent": False,
    }
