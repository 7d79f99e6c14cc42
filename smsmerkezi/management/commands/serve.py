"""`manage.py serve`: web, workers and clock of one host in one family of processes."""

import signal
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smsmerkezi import family
from smsmerkezi.embedded.errors import CannotStart


class Command(BaseCommand):
    help = "Runs the web server, the worker lanes and the clock until it is stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--logs", type=Path, required=True, help="folder for one log file per process")

    def handle(self, *, port: int, logs: Path, **_: Any) -> None:
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, lambda *_: sys.exit(0))
        try:
            family.run(port=port, logs=logs)
        except CannotStart as problem:
            sys.exit(str(problem))
