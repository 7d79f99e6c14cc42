"""The import contracts hold, and each of them catches what it is there for."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.structure import source

LINTER = Path(sys.executable).with_name("lint-imports")

# contract id -> (module, a line that breaks it)
VIOLATIONS = {
    "downhill": ("tenants/access.py", "from messaging.sms import words"),
    "composition-on-top": ("billing/ledger.py", "from smsmerkezi import cron"),
    "doors-apart": ("billing/api.py", "from tenants import panel"),
    "domain-without-http": ("messaging/sms/sending.py", "from rest_framework import serializers"),
    "vendors": ("messaging/sms/dispatch.py", "from gateways import mock"),
    "ledger": ("messaging/contacts/optouts.py", "from billing import ledger"),
    "core-is-pure": ("smsmerkezi/core/phones.py", "import psycopg"),
    "gateways-know-nobody": ("gateways/base.py", "from billing import models"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    place = tmp_path_factory.mktemp("tree")
    for package in source.PACKAGES:
        shutil.copytree(
            source.ROOT / package, place / package, ignore=shutil.ignore_patterns("*.pyc", "static", "locale")
        )
    shutil.copy(source.ROOT / ".importlinter", place)
    return place


def linted(place: Path, *contracts: str) -> subprocess.CompletedProcess:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    return subprocess.run(
        [LINTER, "--no-cache", *chosen], cwd=place, capture_output=True, text=True, check=False
    )


def test_every_contract_holds(copy):
    answer = linted(copy)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_catches_its_violation(copy, contract):
    name, line = VIOLATIONS[contract]
    module = copy / name
    written = module.read_text(encoding="utf-8")
    module.write_text(written + f"\n{line}\n", encoding="utf-8")
    try:
        assert linted(copy, contract).returncode == 1
    finally:
        module.write_text(written, encoding="utf-8")


def test_every_contract_is_shown_to_catch_something():
    declared = {
        line.removeprefix("[importlinter:contract:").rstrip("]")
        for line in (source.ROOT / ".importlinter").read_text(encoding="utf-8").splitlines()
        if line.startswith("[importlinter:contract:")
    }
    assert declared == set(VIOLATIONS)


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(source.tree(path)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def offenders(paths: Iterable[Path], *forbidden: str) -> list[str]:
    return [source.name(path) for path in paths if any(each.startswith(forbidden) for each in imported(path))]


def test_the_domain_does_not_know_http_requests():
    """The linter cannot look into Django, so this one is read from the syntax."""
    domain = [path for path in source.code() if not path.is_relative_to(source.ROOT / "smsmerkezi")]
    doors = {*source.doors(), *(path for path in domain if path.stem.startswith("urls"))}
    assert offenders([path for path in domain if path not in doors], "django.http", "rest_framework") == []


def test_core_reads_no_database_and_no_request():
    core = [path for path in source.code() if path.is_relative_to(source.ROOT / "smsmerkezi/core")]
    assert (
        offenders([*core, source.ROOT / "gateways/segments.py"], "django.db", "django.http", "django.apps")
        == []
    )
