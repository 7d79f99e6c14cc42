"""The chains as they stand in the database, read in batches: the size of the trail is not the size of this process."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection

BATCH = 1000
# What the trigger seals, said again: whoever can change rows could change the trigger's function, too.
CANONICAL = """jsonb_build_object(
  'id', e.id, 'tenant_id', e.tenant_id, 'user_id', e.user_id, 'token_id', e.token_id, 'action', e.action,
  'entity_type', e.entity_type, 'entity_id', e.entity_id, 'changes', e.changes, 'acting', e.acting, 'meta', e.meta,
  'ip', e.ip, 'user_agent', e.user_agent, 'created_at', e.created_at AT TIME ZONE 'UTC')::text"""
LINKS = f"""
SELECT l.seq, l.entry_id, l.hash, CASE WHEN e.id IS NOT NULL THEN {CANONICAL} END
FROM tenants_auditlink l LEFT JOIN tenants_auditentry e ON e.id = l.entry_id
WHERE l.chain = %s AND l.seq > %s ORDER BY l.seq LIMIT %s
"""  # noqa: S608 - a text of ours
PLACE = f"""
SELECT l.seq, l.entry_id, l.hash, CASE WHEN e.id IS NOT NULL THEN {CANONICAL} END, b.hash
FROM tenants_auditlink l LEFT JOIN tenants_auditentry e ON e.id = l.entry_id
LEFT JOIN tenants_auditlink b ON b.chain = l.chain AND b.seq = l.seq - 1
WHERE l.entry_id = %s
"""  # noqa: S608 - a text of ours
END = """
SELECT coalesce(h.seq, 0), coalesce(h.hash, ''),
  coalesce((SELECT max(l.seq) FROM tenants_auditlink l WHERE l.chain = c.chain), 0)
FROM (SELECT %s::bigint AS chain) c LEFT JOIN tenants_audithead h USING (chain)
"""
UNLINKED = """
SELECT min(e.id) FROM tenants_auditentry e
WHERE (e.tenant_id = %(chain)s OR (e.tenant_id IS NULL AND %(chain)s = 0))
  AND NOT EXISTS (SELECT 1 FROM tenants_auditlink l WHERE l.entry_id = e.id)
"""
# The values of an index's first column, by jumping from each to the next.
CHAINS = """
WITH RECURSIVE linked (chain) AS (
  (SELECT chain FROM tenants_auditlink ORDER BY chain LIMIT 1)
  UNION ALL
  SELECT (SELECT l.chain FROM tenants_auditlink l WHERE l.chain > linked.chain ORDER BY l.chain LIMIT 1)
  FROM linked WHERE linked.chain IS NOT NULL
), told (chain) AS (
  (SELECT tenant_id FROM tenants_auditentry WHERE tenant_id IS NOT NULL ORDER BY tenant_id LIMIT 1)
  UNION ALL
  SELECT (SELECT e.tenant_id FROM tenants_auditentry e WHERE e.tenant_id > told.chain ORDER BY e.tenant_id LIMIT 1)
  FROM told WHERE told.chain IS NOT NULL
)
SELECT chain FROM (
  SELECT chain FROM linked UNION SELECT chain FROM told UNION SELECT chain FROM tenants_audithead
  UNION SELECT 0 WHERE EXISTS (SELECT 1 FROM tenants_auditentry WHERE tenant_id IS NULL)
) known WHERE chain IS NOT NULL ORDER BY chain
"""


class Link(NamedTuple):
    """A place in a chain and what stands there. `canonical` is None where the entry is gone."""

    seq: int
    entry: int | None
    hash: bytes
    canonical: str | None = None

    def fits(self, before: bytes) -> bool:
        """Whether it belongs after a link with the hash `before`."""
        return self.canonical is not None and seal(before, self.canonical) == self.hash

    def told_by(self, entry: int | None) -> str:
        """What stands here, as if it were the content of another entry. A jsonb's shortest key comes first."""
        return (self.canonical or "").replace(f'{{"id": {self.entry},', f'{{"id": {entry},', 1)


class End(NamedTuple):
    """What the head says, and how far the links reach, both at the same moment."""

    seq: int
    hash: bytes
    longest: int


def seal(before: bytes, canonical: str) -> bytes:
    """The hash of an entry that stands after a link with the hash `before`."""
    return hashlib.sha256(before + canonical.encode()).digest()


def chains() -> list[int]:
    """Every chain that has a head, a link or an entry."""
    return [chain for (chain,) in _rows(CHAINS)]


def of(chain: int, *, after: int = 0) -> Iterator[Link]:
    """Its links in their order, from the one behind the place `after`."""
    while rows := _rows(LINKS, [chain, after, BATCH]):
        for seq, entry, sealed, canonical in rows:
            yield Link(seq, entry, bytes(sealed), canonical)
        after = rows[-1][0]


def place_of(entry: int) -> tuple[Link, bytes | None] | None:
    """Its link and the hash before, None where a link is missing."""
    for seq, _, sealed, canonical, before in _rows(PLACE, [entry]):
        return Link(seq, entry, bytes(sealed), canonical), None if before is None else bytes(before)
    return None


def end_of(chain: int) -> End:
    ((seq, sealed, longest),) = _rows(END, [chain])
    return End(seq, bytes(sealed), longest)


def unlinked(chain: int) -> int | None:
    """The first entry without a link. Both commit together, so one statement never sees only the one."""
    ((entry,),) = _rows(UNLINKED, {"chain": chain})
    return entry  # type: ignore[no-any-return]


def _rows(query: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
