"""One firm's administrator, who asks for everything of another firm: by every route, in every place where a name can stand."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple
from unittest import mock

from django.db import connection, transaction

from messaging.contacts import book, optouts
from messaging.senders import approval
from messaging.senders.documents import Document
from messaging.sms import templates
from smsmerkezi import permissions, scope
from smsmerkezi.core import clock, cursors
from smsmerkezi.permissions import Route
from tenants import invitations, notices, sessions
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant
from tenants.scoping import TenantQuerySet
from tests import factories
from tests.permissions import calls, examples, world

# What may be asked for, and what stands beside it in the same rows: an echo is no leak.
CANARY, NUMBERS = "KANARYA73", [f"+9053073910{n:02d}" for n in range(4)]
SECRET = f"{CANARY} yumurta91"
SIGNS = (b"yumurta91", *(number[-10:].encode() for number in NUMBERS[1:]))
NOBODYS = "999999999"
HEADERS = ("X-Tenant-Id", "X-Tenant", "X-User-Id", "X-Acting-For", "X-Forwarded-User", "X-Original-Url")
TEXTS = (
    "q",
    "alici",
    "originator",
    "action",
    "entity_type",
    "status",
    "gorme",
    "sonra",
    "search",
    "tag",
    "sector",
)
IDS = ("id", "tenant_id", "user_id", "token_id", "message_id", "entity_id")


# Each table's next id, a million further on.
APART = """
SELECT setval(oid::regclass, coalesce(pg_sequence_last_value(oid), 0) + 1000000) FROM pg_class
WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace AND relname <> 'sms_recipient_block'
"""


class Victim(NamedTuple):
    """`ids` are of all kinds of rows, `texts` whatever finds one of them."""

    firm: Tenant
    ids: tuple[str, ...]
    texts: tuple[str, ...]


class Place(NamedTuple):
    """What one call changes of a route's honest call."""

    where: str
    path: str = ""
    query: Mapping[str, str] = {}
    body: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}


class Answer(NamedTuple):
    status: int
    content: bytes

    @property
    def leaks(self) -> bool:
        return any(sign in self.content for sign in SIGNS)


def victim() -> Victim:
    """A firm with a row of every kind, each with the canary in all its texts, and with ids that nobody else has."""
    with connection.cursor() as cursor:
        cursor.execute(APART)
    firm = factories.tenant(sender=CANARY, slug=CANARY.lower())
    firm.name = SECRET
    firm.save()
    boss = factories.user(firm, name=SECRET)
    by = Actor(firm, boss, ip="192.0.2.73", user_agent=SECRET)
    token = factories.token(boss, name=SECRET).split("|")[0]
    told = {"by": by, "body": SECRET, "meta": {"x": SECRET}}
    message = factories.sent(firm, *NUMBERS, custom_id=CANARY, key=CANARY, **told)
    later = factories.sent(firm, NUMBERS[1], scheduled_at=clock.now() + timedelta(hours=1), **told)
    optouts.add(by=by, numbers=[NUMBERS[3]])
    asked = invitations.invite(by=by, email="yumurta91@ornek.test", role="operator")
    notices.notify(people=[boss], kind="token_created", data={"name": SECRET})
    sessions.open_session(by=by, key=CANARY)
    paper = Document(f"{SECRET}.pdf", "pdf", SECRET.encode())
    waits = approval.apply_for(by=by, label=f"{CANARY}X", document=paper)
    own = factories.gateway(CANARY.lower())
    own.owner, own.title = firm.pk, SECRET
    own.save()
    person = book.create(by=by, details=book.Details(NUMBERS[2], SECRET, [SECRET], sector=SECRET))
    text = templates.create(by=by, details=templates.Details(SECRET, SECRET))
    rows = [
        person,
        text,
        firm,
        boss,
        message,
        later,
        asked,
        waits,
        own,
        *boss.notifications.all(),
        *boss.panel_sessions.all(),
    ]
    rows += AuditEntry.objects.of(firm)[:2]
    ids = [token, *(str(row.pk) for row in rows), str(message.uuid), own.slug]
    return Victim(firm, tuple(dict.fromkeys(ids)), (CANARY, NUMBERS[0], boss.email))


def routes() -> list[Route]:
    """Whatever an administrator may call that is about rows."""
    return [
        route for route in permissions.routes() if route.allows("admin") and route.asks != permissions.PUBLIC
    ]


def places(route: Route, prey: Victim) -> Iterator[Place]:
    if calls.PLACEHOLDER.search(route.path):
        yield from (Place("path", path=calls.PLACEHOLDER.sub(each, route.path)) for each in prey.ids)
    if route.method == "GET":
        yield from _queries(prey)
    else:
        yield from _bodies(prey)
    yield Place("header", headers=dict.fromkeys(HEADERS, str(prey.firm.pk)))


def _queries(prey: Victim) -> Iterator[Place]:
    for each in prey.ids:
        yield Place("filter", query=dict.fromkeys(IDS, each))
        if each.isdigit():
            yield Place("cursor", query={"cursor": cursors.encode(int(each) + 1)})
            yield Place("cursor", query={"cursor": cursors.encode(max(1, int(each) - 1), prev=True)})
    for name in TEXTS:
        yield from (Place("filter", query={name: text}) for text in prey.texts)


def _bodies(prey: Victim) -> Iterator[Place]:
    for each in prey.ids:
        yield Place(
            "body", body=dict.fromkeys((*IDS, "tenant", "user", "owner", "firm"), each) | {"ids": [each]}
        )
    yield Place("body", body={"originator": CANARY, "gateway": CANARY.lower(), "custom_id": CANARY})
    yield Place("body", body={"email": prey.texts[2], "recipients": NUMBERS[:1], "slug": CANARY.lower()})
    yield Place("header", headers={"Idempotency-Key": CANARY})


def ask(everybody: world.World, route: Route, place: Place) -> Answer:
    """As the administrator of the world's firm."""
    path = place.path or calls.filled(everybody, route)
    given = examples.BODIES.get((route.name, route.method))
    body = {**(given(everybody) if given else {}), **place.body}
    if route.api:
        door = everybody.tokens["admin"]
        door.headers = {**door.headers, **place.headers}
        if route.method == "GET":
            found = door.client.get(path, place.query, headers=door.headers)
        else:
            found = door.call(route.method, path, body)
        door.headers = {"Authorization": door.headers["Authorization"]}
    else:
        send = getattr(everybody.browser("admin"), route.method.lower())
        found = send(path, place.query or {**body}, headers=dict(place.headers))
    return Answer(found.status_code, found.content)


# Every row of the victim's, as text: a change of any of them changes the sum.
OWN = """
SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  AND a.attname IN ('tenant_id', 'owner', 'user_id') AND c.relname <> 'django_admin_log'
"""


class Scales:
    """Weighs all rows of one firm and its people."""

    def __init__(self, firm: Tenant) -> None:
        people = list(firm.users.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(OWN)
            tables = cursor.fetchall()
        values = {"tenant_id": [firm.pk], "owner": [firm.pk], "user_id": people}
        parts = [
            f"SELECT '{table}' || t::text AS line FROM {table} t WHERE {column} = ANY(ARRAY{values[column]}::bigint[])"
            for table, column in sorted(tables)
        ]
        firms = f"SELECT 'firm' || t::text FROM tenants_tenant t WHERE id = {firm.pk}"
        self._query = f"SELECT md5(string_agg(line, '|' ORDER BY line)) FROM ({' UNION ALL '.join([*parts, firms])}) rows"

    def weigh(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(self._query)
            return str(cursor.fetchone()[0])


class Finding(NamedTuple):
    route: str
    place: Place
    what: str


class Walls(NamedTuple):
    """Which of the two stand."""

    orm: bool = True
    database: bool = True

    def __str__(self) -> str:
        return (
            " and ".join(name for name, stands in zip(("ORM", "RLS"), self, strict=True) if stands) or "none"
        )

    def standing(self) -> ExitStack:
        with ExitStack() as stack:
            if not self.orm:
                stack.enter_context(mock.patch.object(TenantQuerySet, "of", lambda rows, _firm: rows.all()))
            if not self.database:
                stack.enter_context(mock.patch.object(scope, "enter", return_value=None))
                stack.enter_context(mock.patch("smsmerkezi.database.entered", _forget))
            return stack.pop_all()


def _forget(_firm: int) -> None:
    """AUTHENTICATE told the session; it must be told otherwise."""
    connection.told = None


def crawl(everybody: world.World, prey: Victim, *, step: int, first: int = 0) -> tuple[int, list[Finding]]:
    """How many calls were made, and where the wall had a hole. Every `step`-th place, from another one for each `first`."""
    scales, made, found = Scales(prey.firm), 0, []
    before = scales.weigh()
    for number, route in enumerate(routes()):
        missing = _status(everybody, route, NOBODYS)
        for place in islice(places(route, prey), (number + first) % step, None, step):
            with transaction.atomic():
                answer = ask(everybody, route, place)
                after = before if route.method == "GET" else scales.weigh()
                transaction.set_rollback(True)
            made += 1
            faults = (
                (answer.leaks, "tells"),
                (after != before, "changes"),
                (answer.status >= 500, f"answers {answer.status}"),
                (
                    place.where == "path" and answer.status != missing,
                    f"answers {answer.status}, not {missing}",
                ),
            )
            found += [
                Finding(f"{route.method} {route.path}", place, what) for is_one, what in faults if is_one
            ]
    return made, found


def _status(everybody: world.World, route: Route, key: str) -> int:
    """How it answers for an id that nobody has."""
    with transaction.atomic():
        answer = ask(everybody, route, Place("path", path=calls.PLACEHOLDER.sub(key, route.path)))
        transaction.set_rollback(True)
    return answer.status
