"""The project's source as data: what git would ship, parsed once."""

import ast
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("smsmerkezi", "tenants", "messaging", "billing", "gateways", "compat")
DOORS = ("api", "panel", "admin")


@cache
def code() -> tuple[Path, ...]:
    """Every module of the product, migrations left out."""
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts)


@cache
def tests() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


def doors() -> list[Path]:
    """Modules named api, panel or admin, with what follows (api_send), and packages of these names."""
    found = [path for path in code() if any(_names_door(part) for part in (*path.parent.parts, path.stem))]
    return [path for path in found if path.is_relative_to(ROOT / "smsmerkezi") is False]


def _names_door(part: str) -> bool:
    return part in DOORS or any(part.startswith(f"{door}_") for door in DOORS)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def percentile(values: list[int], part: int) -> float:
    return statistics.quantiles(values, n=100)[part - 1]
