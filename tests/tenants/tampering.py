"""Somebody with all rights on the database, who wants the trail to tell another story."""

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tenants.audit_links import CANONICAL
from tenants.models import AuditEntry, AuditLink

COLUMNS = (
    "user_id, token_id, action, entity_type, entity_id, changes, acting, meta, ip, user_agent, created_at"
)
EDITS = (
    "action = 'y'",
    "user_id = coalesce(user_id, 0) + 1",
    "token_id = 7",
    "entity_id = coalesce(entity_id, 0) + 1",
    "entity_type = 'Account'",
    "ip = '192.0.2.9'",
    "user_agent = user_agent || ' '",
    "created_at = created_at - interval '1 microsecond'",
    "acting = NOT acting",
    "meta = meta || '{\"n\": -1}'",
    'changes = \'{"name": ["a", "b"]}\'',
)
FORGED = "decode(md5(random()::text) || md5(random()::text), 'hex')"


GUARDS = (
    ("tenants_auditentry", "append_only"),
    ("tenants_auditentry", "chained"),
    ("tenants_auditlink", "append_only"),
    ("tenants_audithead", "forward_only"),
    ("tenants_audithead", "never_deleted"),
)


@contextmanager
def superuser() -> Iterator[CursorWrapper]:
    """No trigger of ours fires; on return everything is committed. The tables' owner may do so, too."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, trigger in GUARDS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield cursor
        for table, trigger in GUARDS:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def entries(chain: int) -> list[int]:
    """The ids of a chain's entries in its order."""
    return list(AuditLink.objects.filter(chain=chain).order_by("seq").values_list("entry_id", flat=True))


# Each does something to the chain at the place `at` (1...) and says which entry is bad from then on.


def edit(cursor: CursorWrapper, chain: int, at: int, dice: random.Random) -> int:
    bad = entries(chain)[at - 1]
    cursor.execute(f"UPDATE tenants_auditentry SET {dice.choice(EDITS)} WHERE id = %s", [bad])
    return bad


def forge(cursor: CursorWrapper, chain: int, at: int, dice: random.Random) -> int:
    """An edit with a seal that fits; the next entry does not fit on it."""
    ids = entries(chain)
    edit(cursor, chain, at, dice)
    cursor.execute(
        "UPDATE tenants_auditlink SET hash = %s WHERE entry_id = %s", [sealed(chain, at), ids[at - 1]]
    )
    return ids[at] if at < len(ids) else ids[-1]


def delete(cursor: CursorWrapper, chain: int, at: int, dice: random.Random) -> int:
    """The entry, or its link, or both; then the next one is the first that tells of it."""
    ids = entries(chain)
    what = dice.choice(["entry", "link", "both"])
    if what != "link":
        cursor.execute("DELETE FROM tenants_auditentry WHERE id = %s", [ids[at - 1]])
    if what != "entry":
        cursor.execute("DELETE FROM tenants_auditlink WHERE entry_id = %s", [ids[at - 1]])
    if what != "both":
        return ids[at - 1]
    return ids[at] if at < len(ids) else ids[at - 2]


def close_ranks(cursor: CursorWrapper, chain: int, at: int, dice: random.Random) -> int:
    """Take one out, and count the places anew. The head, too."""
    ids = entries(chain)
    cursor.execute("DELETE FROM tenants_auditentry WHERE id = %s", [ids[at - 1]])
    cursor.execute("DELETE FROM tenants_auditlink WHERE entry_id = %s", [ids[at - 1]])
    for entry in ids[at:]:
        cursor.execute("UPDATE tenants_auditlink SET seq = seq - 1 WHERE entry_id = %s", [entry])
    cursor.execute("UPDATE tenants_audithead SET seq = seq - 1 WHERE chain = %s", [chain])
    return ids[at] if at < len(ids) else ids[at - 2]


def swap(cursor: CursorWrapper, chain: int, at: int, dice: random.Random) -> int:
    """With another one of the same chain: what they tell, their ids, their places, or their links' entries."""
    ids = entries(chain)
    other = dice.choice([place for place in range(1, len(ids) + 1) if place != at])
    one, two = ids[min(at, other) - 1], ids[max(at, other) - 1]
    how = dice.choice([_swap_contents, _swap_ids, _swap_places, _swap_links])
    how(cursor, one, two)
    return two if how in {_swap_places, _swap_links} else one  # two stands in its place now


def _swap_contents(cursor: CursorWrapper, one: int, two: int) -> None:
    cursor.execute(
        f"UPDATE tenants_auditentry a SET ({COLUMNS}) = (SELECT {COLUMNS} FROM tenants_auditentry b"
        " WHERE b.id = %(one)s + %(two)s - a.id) WHERE a.id IN (%(one)s, %(two)s)",
        {"one": one, "two": two},
    )


def _swap_ids(cursor: CursorWrapper, one: int, two: int) -> None:
    for old, new in ((one, -1), (two, one), (-1, two)):
        cursor.execute("UPDATE tenants_auditentry SET id = %s WHERE id = %s", [new, old])


def _swap_places(cursor: CursorWrapper, one: int, two: int) -> None:
    places = dict(AuditLink.objects.filter(entry_id__in=[one, two]).values_list("entry_id", "seq"))
    for entry, seq in ((one, -1), (two, places[one]), (one, places[two])):
        cursor.execute("UPDATE tenants_auditlink SET seq = %s WHERE entry_id = %s", [seq, entry])


def _swap_links(cursor: CursorWrapper, one: int, two: int) -> None:
    for old, new in ((one, -1), (two, one), (-1, two)):
        cursor.execute("UPDATE tenants_auditlink SET entry_id = %s WHERE entry_id = %s", [new, old])


def insert(cursor: CursorWrapper, chain: int, at: int, dice: random.Random) -> int:
    """Beside the chain, or into it: with a seal out of the air, or with one that fits what stands before it."""
    ids, how = entries(chain), dice.choice(["beside", "air", "fitting"])
    cursor.execute(
        f"INSERT INTO tenants_auditentry (tenant_id, {COLUMNS}) SELECT tenant_id, {COLUMNS} FROM tenants_auditentry"
        " WHERE id = %s RETURNING id",
        [ids[at - 1]],
    )
    (new,) = cursor.fetchone()
    if how == "beside":
        return new
    for entry in reversed(ids[at - 1 :]):
        cursor.execute("UPDATE tenants_auditlink SET seq = seq + 1 WHERE entry_id = %s", [entry])
    cursor.execute("UPDATE tenants_audithead SET seq = seq + 1 WHERE chain = %s", [chain])
    cursor.execute(
        f"INSERT INTO tenants_auditlink (entry_id, chain, seq, hash) VALUES (%s, %s, %s, {FORGED})",
        [new, chain, at],
    )
    if how == "fitting":
        cursor.execute("UPDATE tenants_auditlink SET hash = %s WHERE entry_id = %s", [sealed(chain, at), new])
    return new


def sealed(chain: int, at: int) -> bytes:
    """The hash that fits at this place."""
    before = AuditLink.objects.filter(chain=chain, seq=at - 1).values_list("hash", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {CANONICAL} FROM tenants_auditentry e JOIN tenants_auditlink l ON l.entry_id = e.id"
            " WHERE l.chain = %s AND l.seq = %s",
            [chain, at],
        )
        (canonical,) = cursor.fetchone()
    return hashlib.sha256(bytes(before or b"") + canonical.encode()).digest()


def cut_tail(chain: int, *, keep: int, head_too: bool = True) -> int | None:
    """Leave the first `keep` entries; the last of them."""
    ids = entries(chain)
    with superuser() as cursor:
        for table, column in (("tenants_auditentry", "id"), ("tenants_auditlink", "entry_id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids[keep:]])
        if head_too:
            cursor.execute("DELETE FROM tenants_audithead WHERE chain = %s", [chain])
            cursor.execute(
                "INSERT INTO tenants_audithead SELECT chain, seq, hash FROM tenants_auditlink"
                " WHERE chain = %s ORDER BY seq DESC LIMIT 1",
                [chain],
            )
    return ids[keep - 1] if keep else None


def rewrite(chain: int, *, at: int) -> None:
    """Edit one and seal everything after it again: the chain fits from end to end."""
    with superuser() as cursor:
        cursor.execute("UPDATE tenants_auditentry SET action = 'y' WHERE id = %s", [entries(chain)[at - 1]])
        for seq in range(at, len(entries(chain)) + 1):
            cursor.execute(
                "UPDATE tenants_auditlink SET hash = %s WHERE chain = %s AND seq = %s",
                [sealed(chain, seq), chain, seq],
            )
        cursor.execute(
            "UPDATE tenants_audithead h SET hash = l.hash FROM tenants_auditlink l"
            " WHERE h.chain = %s AND (l.chain, l.seq) = (h.chain, h.seq)",
            [chain],
        )


Tampering = Callable[[CursorWrapper, int, int, random.Random], int]
TAMPERINGS: tuple[Tampering, ...] = (edit, forge, delete, close_ranks, swap, insert)


def grow(chains: Iterable[int], count: int) -> None:
    """So many entries of each firm, made in bulk; each is chained with the commit."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            tenant_id=chain or None,
            action="x",
            user_id=n,
            entity_type="Message",
            entity_id=n,
            meta={"n": n},
            user_agent="c/1",
        )
        for chain in chains
        for n in range(1, count + 1)
    )
