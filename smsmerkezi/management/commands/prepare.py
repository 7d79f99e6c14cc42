"""`manage.py prepare`: the schema up to date, and the demo data in a database that has none."""

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from smsmerkezi import demodata
from smsmerkezi.embedded import secret_files
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Migrates; loads the demo data once and writes their accounts, passwords included, into a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", type=Path, required=True)

    def handle(self, *, accounts: Path, **_: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            if not Tenant.objects.exists():
                # Written before the commit: a kill in between means loading again, never unknown passwords.
                secret_files.write(accounts, json.dumps(demodata.load()))
            elif accounts.exists():
                demodata.repoint()
            else:
                raise CommandError(
                    f"This database has data already, but {accounts} with its passwords is gone."
                )
