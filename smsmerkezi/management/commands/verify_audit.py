"""`manage.py verify_audit`: is the audit trail as it was written (docs/adr/0013-audit-chain.md)?"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smsmerkezi.core.errors import DomainError
from tenants import audit_anchor, audit_chain
from tenants.audit_chain import Fault, Verdict


class Command(BaseCommand):
    help = "Recomputes the chains of the audit trail and prints a line for each; exits 1 when one is not as it was written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--tenant", type=int, metavar="ID", help="only this firm's chain; 0: the platform's"
        )
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            default=settings.AUDIT_ANCHOR,
            help="heads that were written down; default: the setting AUDIT_ANCHOR",
        )

    def handle(self, *args: Any, tenant: int | None, anchor: Path | None, **options: Any) -> None:
        anchored = self.anchored(anchor, tenant) if anchor else {}
        broken = 0
        for verdict in audit_chain.verify(chain=tenant):
            fault = verdict.fault or anchored.get(verdict.chain)
            broken += fault is not None
            self.stdout.write(line(verdict, fault))
            anchored.pop(verdict.chain, None)
        for chain, fault in anchored.items():  # nothing of these is left
            broken += 1
            self.stdout.write(line(Verdict(chain, 0, None), fault))
        if broken:
            raise CommandError(f"{broken} of the chains are not as they were written.")

    def anchored(self, file: Path, chain: int | None) -> dict[int, Fault]:
        try:
            return audit_anchor.check(file, chain=chain)
        except (OSError, DomainError) as problem:
            raise CommandError(f"The anchor cannot be read: {problem}", returncode=2) from problem


def line(verdict: Verdict, fault: Fault | None) -> str:
    name = f"chain {verdict.chain}: {verdict.entries} entries"
    if fault is None:
        return f"{name}, sound"
    return f"{name} fit, first bad {fault.entry if fault.entry is not None else 'none left'}: {fault.why}"
