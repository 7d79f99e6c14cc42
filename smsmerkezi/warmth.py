"""Everything a forked process would otherwise load for itself, loaded once before the fork.

What is first touched after a fork is a private copy in each child: 4 MB for the first database connection, as much for
the first Redis command, more for the first page (docs/adr/0001).
"""

import contextlib
import gc
import io
import threading
from importlib import import_module
from wsgiref.util import setup_testing_defaults

import django_rq
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, connections
from django.urls import get_resolver
from redis.exceptions import RedisError

from gateways import registry

LATE = ("messaging.sms.jobs", "smsmerkezi.management.commands.worker", "smsmerkezi.management.commands.clock")
PAGES = ("/v1/health", "/giris", "/admin/login/")


def warm_up(application: WSGIHandler) -> None:
    """Load it all, leave no connection and no thread behind, and set the collector to spare what is loaded."""
    for name in LATE:
        import_module(name)
    for name in registry.VENDORS:
        registry.vendor(name)
    get_resolver().url_patterns  # noqa: B018 - imports every view
    _touch_servers()
    for path in PAGES:
        _visit(application, path)
    _let_go()
    spare_what_is_loaded()
    assert threading.active_count() == 1, "a fork must not happen while threads run"


def spare_what_is_loaded() -> None:
    """The collector looks no more at what stays anyway: for whoever makes many rows, that is half of the time."""
    gc.collect()
    gc.freeze()


def _touch_servers() -> None:
    """A server that is away is the children's matter."""
    with contextlib.suppress(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
    with contextlib.suppress(RedisError, OSError):
        django_rq.get_connection().ping()


def _let_go() -> None:
    connections.close_all()
    django_rq.get_connection().connection_pool.disconnect()


def _visit(application: WSGIHandler, path: str) -> None:
    environ: dict[str, object] = {"PATH_INFO": path, "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"}
    setup_testing_defaults(environ)
    environ["wsgi.errors"] = io.StringIO()
    answer = application(environ, lambda *_: io.BytesIO().write)
    with contextlib.closing(answer):
        b"".join(answer)
