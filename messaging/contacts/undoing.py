"""Taking an import back within a day: whoever was touched since keeps what was done."""

from datetime import timedelta

from messaging.contacts import book
from messaging.contacts.models import ContactImport, ImportChange
from messaging.files import jobs
from messaging.files.models import Job
from smsmerkezi import database
from smsmerkezi.core import clock
from tenants import audit

KIND = "contacts.undo"
AT_ONCE = 2000  # changes
UNDONE_FOR = timedelta(hours=24)
PRUNED_AT_ONCE = 20_000  # changes

_LEAVE = """
DELETE FROM contacts_membership WHERE id IN (
  SELECT id FROM contacts_membership WHERE import_id = %(owner)s AND tenant_id = %(tenant)s ORDER BY id LIMIT %(limit)s)
RETURNING 1
"""
# Whom it changed is again as before, to the moment: an import before this one can then be taken back, too.
_TAKE_BACK = """
WITH taken AS (
  DELETE FROM contacts_importchange WHERE id IN (
    SELECT id FROM contacts_importchange WHERE owner_id = %(owner)s AND tenant_id = %(tenant)s ORDER BY contact_id
    LIMIT %(limit)s)
  RETURNING contact_id, created, before, stamp
), gone AS (
  DELETE FROM contacts_contact c USING taken
  WHERE c.id = taken.contact_id AND taken.created AND c.updated_at = taken.stamp AND c.archived_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM contacts_membership m WHERE m.contact_id = c.id)
  RETURNING 1
), restored AS (
  UPDATE contacts_contact c SET name = taken.before->>'name', folded = taken.before->>'folded', tags = taken.before->'tags',
    fields = taken.before->'fields', address_province = taken.before->>'address_province',
    address_district = taken.before->>'address_district', sector = taken.before->>'sector',
    landline = taken.before->>'landline', updated_at = (taken.before->>'updated_at')::timestamptz
  FROM taken WHERE c.id = taken.contact_id AND NOT taken.created AND c.updated_at = taken.stamp RETURNING 1
)
SELECT (SELECT count(*) FROM taken)::int, (SELECT count(*) FROM gone)::int, (SELECT count(*) FROM restored)::int
"""


class Undo(jobs.Handler):
    def step(self) -> bool:
        book.hold(self.job.tenant)
        values = {"owner": self.job.options["import"], "tenant": self.job.tenant_id, "limit": AT_ONCE}
        if database.rows(_LEAVE, values):
            return True
        taken, gone, restored = database.rows(_TAKE_BACK, values)[0]
        data = self.job.data or {"removed": 0, "restored": 0}
        self.job.data = {"removed": data["removed"] + gone, "restored": data["restored"] + restored}
        self.job.done += taken
        return bool(taken)

    def ended(self) -> None:
        found = ContactImport.objects.get(pk=self.job.options["import"])
        told = self.job.data or {"removed": 0, "restored": 0}
        found.counts = {**found.counts, **told}
        whole = self.job.state == Job.State.DONE  # otherwise it can be asked for again
        found.stage, found.error_text = ("undone" if whole else "done"), self.job.error_text
        found.save()
        audit.record(by=self.by, action="contacts.import-undone", entity=found, meta=told)


def prune() -> int:
    """What can no longer be taken back is forgotten."""
    old = ImportChange.objects.filter(owner__done_at__lt=clock.now() - UNDONE_FOR)
    ids = list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    return ImportChange.objects.filter(pk__in=ids).delete()[0]


def undoable(found: ContactImport) -> bool:
    fresh = found.done_at is not None and clock.now() < found.done_at + UNDONE_FOR
    return found.stage == ContactImport.Stage.DONE and fresh
