"""`manage.py prepare`: the schema up to date and the demo data loaded; prints the accounts as JSON."""

import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from smsmerkezi import demodata


class Command(BaseCommand):
    help = "Migrates; with --load loads the demo data and prints their accounts, passwords included."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--load", action="store_true")
        parser.add_argument("--base-url", required=True)

    def handle(self, *, load: bool, base_url: str, **_: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if load:
            self.stdout.write(json.dumps(demodata.load(base_url=base_url)))
