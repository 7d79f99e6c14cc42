"""Who may call which route: the table, printed or written to a file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from smsmerkezi import permissions


class Command(BaseCommand):
    help = "Print who may call which route, or write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="where to write it, e.g. docs/permissions.md")

    def handle(self, *args: object, file: Path | None, **options: object) -> None:
        if file is None:
            self.stdout.write(permissions.document(), ending="")
        else:
            file.write_text(permissions.document(), encoding="utf-8")
