"""`manage.py demo`: everything on one machine. See `smsmerkezi.demo`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smsmerkezi import demo


class Command(BaseCommand):
    help = "Starts servers, operator simulator, web, workers and clock, with demo data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        demo.add_arguments(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        sys.exit(demo.run(port=options["port"], data_dir=options["data_dir"]))
