"""`python -m bench.web PORT`: the product's web server, settings and threads, with the bare view mounted beside it."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django

from smsmerkezi.embedded import processes
from smsmerkezi.embedded.errors import CannotStart
from smsmerkezi.stack import healthy


@contextmanager
def running() -> Iterator[str]:
    """Its address, while it runs on this process's database."""
    port = processes.free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "web.log"
        server = processes.spawn(
            [sys.executable, "-m", "bench.web", str(port)], log=log, env=dict(os.environ)
        )
        try:
            if not processes.wait_until(lambda: healthy(port), seconds=30):
                raise CannotStart(f"The web server did not start: {processes.tail(log)}")
            yield f"http://127.0.0.1:{port}"
        finally:
            processes.stop(server)


if __name__ == "__main__":
    django.setup()
    import_module("smsmerkezi.family").serve(int(sys.argv[1]))  # reads models: not before Django is set up
