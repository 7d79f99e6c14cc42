"""Gives every test run its own PostgreSQL and Valkey, before Django reads its settings.

DATABASE_URL and REDIS_URL, where set, are used instead. Loaded from the uppermost conftest.py: pytest's `-p` would
look for it before the project is on the path, and a lower conftest could import models too early.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import psycopg
import pytest

from smsmerkezi.embedded import folders, secret_files, servers
from smsmerkezi.embedded.errors import CannotStart

running = contextlib.ExitStack()


def defaults() -> dict[str, str]:
    """Settings a test run needs and nobody has to give."""
    return {
        "DJANGO_SETTINGS_MODULE": "smsmerkezi.settings",
        "ENVIRONMENT": "test",
        "SECRET_KEY": secret_files.password(),
        "SECRETS_KEYS": secret_files.fernet_key(),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps an event loop in the thread of the test
    }


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder for one run, passable for the database's user, gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="smsmerkezi-tests-"))
    place.chmod(0o711)
    try:
        yield folders.claim(place / "servers")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def forgetful(url: str) -> None:
    """A server that lives for one run need not outlive a power cut; kill -9 of its processes it survives all the same."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


def pytest_addoption() -> None:
    """The first hook a plugin is asked for: the conftests below may import models as soon as this returns."""
    try:
        place = running.enter_context(folder())
        addresses = running.enter_context(servers.running(place))
    except CannotStart as problem:
        running.close()
        raise pytest.UsageError(str(problem)) from problem
    if addresses.superuser_url:
        forgetful(addresses.superuser_url)
    anchor = {"AUDIT_ANCHOR": str(place / "audit-anchor.jsonl")}
    for name, value in (defaults() | anchor | addresses.environment()).items():
        os.environ.setdefault(name, value)
    os.environ["REDIS_URL"] = _own_redis(os.environ["REDIS_URL"], os.environ.get("PYTEST_XDIST_WORKER", ""))
    django.setup()


def _own_redis(url: str, worker: str) -> str:
    """Parallel runners share the servers; each has a database of its own in both (pytest-django names PostgreSQL's)."""
    number = worker.removeprefix("gw")
    return f"{url.rsplit('/', 1)[0]}/{int(number) + 1}" if number.isdigit() else url


def pytest_unconfigure() -> None:
    running.close()
