"""Who is in which group. The caller holds the book (`book.hold`), and tells the trail."""

from messaging.contacts.models import Contact, Group
from smsmerkezi import database
from tenants.models import Tenant

JOIN = """
WITH held AS (
  SELECT id FROM contacts_group WHERE id = %(group)s::bigint AND tenant_id = %(tenant)s::bigint FOR KEY SHARE
)
INSERT INTO contacts_membership (tenant_id, group_id, contact_id, import_id)
SELECT c.tenant_id, held.id, c.id, %(import)s::bigint FROM held, contacts_contact c
WHERE c.tenant_id = %(tenant)s::bigint AND c.id = ANY(%(ids)s::bigint[]) ORDER BY c.id
ON CONFLICT DO NOTHING RETURNING 1
"""
LEAVE = """
DELETE FROM contacts_membership
WHERE tenant_id = %(tenant)s::bigint AND group_id = %(group)s::bigint AND contact_id = ANY(%(ids)s::bigint[]) RETURNING 1
"""


def join(firm: Tenant, *, group_id: int, ids: list[int], import_id: int | None = None) -> int:
    """Put contacts into a group; how many were not in it."""
    values = {"tenant": firm.pk, "group": group_id, "ids": ids, "import": import_id}
    return len(database.rows(JOIN, values))


def leave(firm: Tenant, *, group_id: int, ids: list[int]) -> int:
    """Take contacts out of a group; how many were in it."""
    return len(database.rows(LEAVE, {"tenant": firm.pk, "group": group_id, "ids": ids}))


def groups_of(contact: Contact) -> list[Group]:
    """The groups that somebody is in, by name."""
    return list(Group.objects.filter(memberships__contact=contact).order_by("name"))
