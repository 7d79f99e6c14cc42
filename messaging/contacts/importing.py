"""Taking the rows of a checked file into the address book; set by set, never row by row."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, BinaryIO

import orjson

from messaging.contacts import book, import_check, members
from messaging.contacts.models import ContactImport
from messaging.files import jobs, vault
from messaging.files.models import Job
from smsmerkezi import database
from smsmerkezi.core import clock, folding
from smsmerkezi.core.errors import NotFound
from tenants import audit

RUN = "contacts.import"
AT_ONCE = 2000  # rows
COLUMNS = ("name", "address_province", "address_district", "sector", "landline")

# What the file leaves empty stays, and so does whom it tells nothing new of. More tags or fields than a contact may have
# (messaging.contacts.book) are not added.
_TAKE = """
WITH given AS (
  SELECT * FROM unnest(%(msisdns)s::bigint[], %(name)s::text[], %(folded)s::text[], %(address_province)s::text[],
    %(address_district)s::text[], %(sector)s::text[], %(landline)s::text[], %(tags)s::jsonb[], %(fields)s::jsonb[])
  AS g(msisdn, name, folded, address_province, address_district, sector, landline, tags, fields)
), before AS (
  SELECT c.id, jsonb_build_object('name', c.name, 'folded', c.folded, 'tags', c.tags, 'fields', c.fields,
    'address_province', c.address_province, 'address_district', c.address_district, 'sector', c.sector,
    'landline', c.landline, 'updated_at', c.updated_at) AS image
  FROM contacts_contact c JOIN given g ON g.msisdn = c.msisdn
  WHERE c.tenant_id = %(tenant)s::bigint AND %(update)s::boolean
), put AS (
  INSERT INTO contacts_contact AS c (tenant_id, msisdn, name, folded, tags, fields, address_country, address_province,
    address_district, sector, landline, created_at, updated_at)
  SELECT %(tenant)s::bigint, msisdn, name, folded, tags, fields, 'TR', address_province, address_district, sector, landline,
    %(stamp)s::timestamptz, %(stamp)s::timestamptz
  FROM given ORDER BY msisdn
  ON CONFLICT (tenant_id, msisdn) DO UPDATE SET
    name = coalesce(nullif(excluded.name, ''), c.name), folded = coalesce(nullif(excluded.folded, ''), c.folded),
    address_province = coalesce(nullif(excluded.address_province, ''), c.address_province),
    address_district = coalesce(nullif(excluded.address_district, ''), c.address_district),
    sector = coalesce(nullif(excluded.sector, ''), c.sector), landline = coalesce(nullif(excluded.landline, ''), c.landline),
    fields = contacts_merged_fields(c.fields, excluded.fields), tags = contacts_merged_tags(c.tags, excluded.tags),
    updated_at = %(stamp)s::timestamptz
  WHERE %(update)s::boolean AND (excluded.name NOT IN ('', c.name) OR excluded.sector NOT IN ('', c.sector)
    OR excluded.address_province NOT IN ('', c.address_province) OR excluded.address_district NOT IN ('', c.address_district)
    OR excluded.landline NOT IN ('', c.landline) OR contacts_merged_fields(c.fields, excluded.fields) <> c.fields
    OR contacts_merged_tags(c.tags, excluded.tags) <> c.tags)
  RETURNING c.id, (xmax = 0) AS created
), noted AS (
  INSERT INTO contacts_importchange (tenant_id, owner_id, contact_id, created, before, stamp)
  SELECT %(tenant)s::bigint, %(owner)s::bigint, put.id, put.created, before.image, %(stamp)s::timestamptz
  FROM put LEFT JOIN before ON before.id = put.id
)
SELECT count(*) FILTER (WHERE created)::int, count(*) FILTER (WHERE NOT created)::int FROM put
"""


class Import(jobs.Handler):
    """`job.done` of the kept rows are in the book."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._lines: BinaryIO | None = None

    def step(self) -> bool:
        found = ContactImport.objects.select_related("kept").get(pk=self.job.options["import"])
        rows = [orjson.loads(line) for line in islice(self._opened(found), AT_ONCE)]
        if rows:
            self._take(found, rows)
            self.job.done += len(rows)
        return len(rows) == AT_ONCE

    def _take(self, found: ContactImport, rows: Sequence[list[Any]]) -> None:
        values = _values(found, rows)
        book.hold(found.tenant)
        created, changed = database.rows(_TAKE, values)[0]
        if found.group_id:
            _join(found, values["msisdns"])
        data = self.job.data or {"created": 0, "changed": 0}
        self.job.data = {"created": data["created"] + created, "changed": data["changed"] + changed}

    def ended(self) -> None:
        """What was taken stays, and can be taken back, however it ended."""
        found = ContactImport.objects.get(pk=self.job.options["import"])
        told = self.job.data or {"created": 0, "changed": 0}
        found.counts = {**found.counts, **told}
        found.stage, found.done_at, found.error_text = "done", clock.now(), self.job.error_text
        found.save()
        audit.record(by=self.by, action="contacts.imported", entity=found, meta=told)

    def _opened(self, found: ContactImport) -> BinaryIO:
        if self._lines is None:
            if found.kept is None:
                raise NotFound("Liste artık yok.")
            self._lines = vault.opened(found.kept)
            for _ in islice(self._lines, self.job.done):
                pass
        return self._lines


def _join(found: ContactImport, msisdns: Sequence[int]) -> None:
    """Into the group, by a statement of its own: the database counts members whose refusal it knows already."""
    ids = book.of(found.tenant).filter(msisdn__in=msisdns).values_list("pk", flat=True)
    members.join(found.tenant, group_id=found.group_id or 0, ids=list(ids), import_id=found.pk)


def _values(found: ContactImport, rows: Sequence[list[Any]]) -> dict[str, Any]:
    """Rows are [number of the row, msisdn, {field: text}]."""
    each = [row[2] for row in rows]
    plain = {name: [one.get(name, "") for one in each] for name in COLUMNS}
    return {
        "tenant": found.tenant_id,
        "owner": found.pk,
        "update": found.update_known,
        "stamp": clock.now(),
        "msisdns": [row[1] for row in rows],
        **plain,
        "folded": [folding.fold(name) for name in plain["name"]],
        "tags": [_json(_tags(found, one)) for one in each],
        "fields": [_json(_own(one)) for one in each],
    }


def _tags(found: ContactImport, values: dict[str, str]) -> list[str]:
    return list(dict.fromkeys([*found.tags, *import_check.tags(values.get("tag", ""))]))


def _own(values: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if name not in {*COLUMNS, "tag"} and text}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
