"""Both servers together: the embedded ones, or those the environment names."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from smsmerkezi.embedded import postgres, valkey


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the two servers answer; the URLs carry their passwords, so none belongs in a log.

    `superuser_url` is empty where the database is not ours.
    """

    database_url: str
    redis_url: str
    superuser_url: str = ""

    def environment(self) -> dict[str, str]:
        """What the settings read."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextlib.contextmanager
def running(home: Path, *, environ: Mapping[str, str] = os.environ) -> Iterator[Addresses]:
    """Keep the servers of `home` running; one that `environ` names is used as it is and left alone."""
    with contextlib.ExitStack() as stack:
        given = environ.get("DATABASE_URL")
        database_url, superuser_url = (given, "") if given else _postgres(stack, home)
        redis_url = environ.get("REDIS_URL") or _valkey(stack, home)
        yield Addresses(database_url, redis_url, superuser_url)


def _postgres(stack: contextlib.ExitStack, home: Path) -> tuple[str, str]:
    server = postgres.start(home / "postgres")
    stack.callback(server.stop)
    return server.url, server.superuser_url


def _valkey(stack: contextlib.ExitStack, home: Path) -> str:
    server = valkey.start(home / "valkey")
    stack.callback(server.stop)
    return server.url
