"""A fresh database on the given server, with the demo's firms in it, gone afterwards."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import django
import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from bench.gateway import simulator

CREDITS = 500_000_000
UNLIMITED = {"RATE_LIMIT_API": "100000000/min", "RATE_LIMIT_SMS_SEND": "100000000/min"}
ENRICH = f"SELECT billing_post(%s, 'topup:bench', 'topup', {CREDITS}, 0, '')"


class World(NamedTuple):
    """`token` may do everything for a firm with more credit than a bench can use."""

    simulator_url: str
    token: str


@contextmanager
def running() -> Iterator[World]:
    """Django set up on a database and a simulator of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    with simulator() as url, _database() as database:
        os.environ |= {**UNLIMITED, "DATABASE_URL": database, "SIMULATOR_URL": url, "LOG_LEVEL": "ERROR"}
        django.setup()
        try:
            made = World(url, _prepared())
            import_module("smsmerkezi.warmth").spare_what_is_loaded()  # as every process of ours does
            yield made
        finally:
            connections.close_all()


@contextmanager
def _database() -> Iterator[str]:
    server = urlsplit(os.environ["DATABASE_URL"])
    name = sql.Identifier(f"bench_{os.getpid()}")
    with psycopg.connect(server.geturl(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield server._replace(path=f"/bench_{os.getpid()}").geturl()
        finally:
            admin.execute(sql.SQL("DROP DATABASE {}").format(name))


def _prepared() -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "accounts.json"
        call_command("prepare", accounts=file)
        admin = json.loads(file.read_text())["admin"]
    with connection.cursor() as cursor:
        cursor.execute(ENRICH, [admin["tenant_id"]])
    return str(admin["token"])
