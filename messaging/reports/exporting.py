"""A list as a file, made by a job: CSV or XLSX, row after row in bounded memory, kept for a week."""

from datetime import timedelta

from django.db import transaction

from messaging.files import jobs, vault
from messaging.files.models import Job
from messaging.reports.tables import TABLES
from messaging.reports.writers import Csv, Xlsx
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants import access, audit
from tenants.actors import Actor

KIND = "export"
FORMATS = ("csv", "xlsx")
KEPT_FOR = timedelta(days=7)
LIMIT = 1024**3  # bytes


class BadExport(DomainError):
    code = "invalid-export"

    def __init__(self) -> None:
        super().__init__("Böyle bir dışa aktarım yok.")


@transaction.atomic
def start(*, by: Actor, table: str, form: str, asked: dict[str, str]) -> Job:
    """Raises Forbidden, BadExport, and what the list's own filters refuse."""
    access.require(by, "exports.make")
    if table not in TABLES or form not in FORMATS:
        raise BadExport
    access.require(by, TABLES[table].permission)
    TABLES[table].read(by.tenant, asked)
    whole = access.can(by, "msisdn.view_full")
    options = {"table": table, "format": form, "asked": asked, "whole": whole}
    job = jobs.start(by=by, kind=KIND, options=options)
    audit.record(by=by, action="export.started", entity=job, meta={"table": table, "format": form})
    return job


class Export(jobs.Handler):
    """A file that is half written is nobody's, so another worker begins anew."""

    begins_anew = True

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._target: Csv | Xlsx | None = None

    def step(self) -> bool:
        options = self.job.options
        table = TABLES[options["table"]]
        if self._target is None:
            self._target = self._begun(options["format"], [str(name) for name in table.columns])
            self._batches = table.read(self.job.tenant, options["asked"])
        rows = next(self._batches, None)
        if rows is not None:
            self._target.write([list(table.told(row, options["whole"])) for row in rows])
            self.job.done += len(rows)
            return True
        self.job.result = self._target.close()
        return False

    def _begun(self, form: str, columns: list[object]) -> Csv | Xlsx:
        self.job.done = 0
        name = f"{self.job.options['table']}-{clock.today():%Y%m%d}.{form}"
        ends_at = clock.now() + KEPT_FOR
        file = vault.Writer(tenant=self.job.tenant, name=name, purpose="export", limit=LIMIT, ends_at=ends_at)
        target = Csv(file) if form == "csv" else Xlsx(file)
        target.write([columns])
        return target
