"""Every entry is sealed into its firm's chain, with the commit and never without it."""

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from smsmerkezi import database
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Busy
from tenants import audit
from tenants.actors import Actor
from tenants.models import AuditEntry, AuditHead, AuditLink, Tenant
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("tenants_auditentry", "tenants_auditlink", "tenants_audithead")


@pytest.fixture
def firm(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Tenant.objects.create(name="Firma", slug="firma")


def told(entry) -> bytes:
    """What the chain says of an entry, as PostgreSQL writes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_canonical(entry) FROM tenants_auditentry entry WHERE id = %s", [entry.pk]
        )
        return bytes(cursor.fetchone()[0])


def chain(place: int) -> list[AuditLink]:
    return list(AuditLink.objects.filter(chain=place).order_by("seq"))


def holds(place: int) -> bool:
    """Recomputed from the first link to the head."""
    last, links = b"", chain(place)
    for seq, link in enumerate(links, start=1):
        last = hashlib.sha256(last + told(link.entry)).digest()
        if (link.seq, bytes(link.hash)) != (seq, last):
            return False
    head = AuditHead.objects.get(chain=place)
    return (head.seq, bytes(head.hash)) == (len(links), last)


def test_an_entry_is_linked_when_it_commits_and_not_before(firm):
    with transaction.atomic():
        entry = audit.record(by=Actor(firm), action="x")
        assert not AuditLink.objects.exists()
    link = AuditLink.objects.get()
    assert (link.entry_id, link.chain, link.seq) == (entry.pk, firm.pk, 1)
    assert bytes(link.hash) == hashlib.sha256(told(entry)).digest()
    assert holds(firm.pk)


def test_the_seal_covers_every_column(firm):
    by = Actor(firm, factories.user(firm), token_id=7, ip="2001:db8::1", user_agent="crm/1 “ş”")
    entry = audit.record(by=by, action="x", entity=firm, meta={"b": [1, None], "a": {"ç": 1.50}})
    entry.refresh_from_db()
    columns = {field.column: getattr(entry, field.attname) for field in AuditEntry._meta.concrete_fields}
    sealed = json.loads(told(entry))
    sealed["created_at"] = datetime.fromisoformat(sealed["created_at"]).replace(tzinfo=UTC)
    assert sealed == columns


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_the_seal_does_not_depend_on_the_session_that_reads(firm, zone):
    entry = audit.record(by=Actor(firm), action="x")
    usual = told(entry)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL TimeZone = '{zone}'; SET LOCAL DateStyle = 'SQL, DMY'")
        assert told(entry) == usual


def test_each_firm_has_a_chain_and_the_platform_has_one(firm):
    other = Tenant.objects.create(name="Öbür", slug="obur")
    for place in (firm, other, None, firm, None, firm):
        audit.record(by=None, action="x", tenant=place)
    assert [len(chain(place)) for place in (firm.pk, other.pk, 0)] == [3, 1, 2]
    assert all(map(holds, (firm.pk, other.pk, 0)))


def test_an_accepted_message_is_chained_in_its_one_statement(firm):
    factories.gateway(default=True)
    sender = factories.tenant(credits=10)
    by = factories.actor(sender)
    factories.sent(sender, by=by)
    message = factories.sent(sender, by=by)
    link = AuditLink.objects.get(entry__action="sms.send", entry__entity_id=message.pk)
    assert link.seq == AuditHead.objects.get(chain=sender.pk).seq
    assert holds(sender.pk)


def test_what_is_undone_leaves_no_gap(firm):
    audit.record(by=Actor(firm), action="x")
    with transaction.atomic():
        audit.record(by=Actor(firm), action="x")
        transaction.set_rollback(True)
    with transaction.atomic():
        with transaction.atomic():
            audit.record(by=Actor(firm), action="x")
            transaction.set_rollback(True)
        audit.record(by=Actor(firm), action="kept")
    assert [link.seq for link in chain(firm.pk)] == [1, 2]
    assert holds(firm.pk)


def test_a_process_that_dies_between_the_entry_and_the_commit_leaves_neither(firm):
    audit.record(by=Actor(firm), action="x")

    def die():
        try:
            with transaction.atomic():
                audit.record(by=Actor(firm), action="x")
                pid = database.row("SELECT pg_backend_pid()", {})[0]
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        finally:
            connection.close()

    with psycopg.connect(**_address(), autocommit=True) as killer, ThreadPoolExecutor(1) as pool:
        failure = pool.submit(die).exception()
    assert isinstance(failure, OperationalError)
    audit.record(by=Actor(firm), action="x")
    assert AuditEntry.objects.of(firm).count() == 2
    assert holds(firm.pk)


def _address():
    wanted = connection.get_connection_params()
    return {name: wanted[name] for name in ("dbname", "user", "password", "host", "port") if wanted.get(name)}


def test_a_commit_that_fails_at_the_head_is_no_accepted_message(firm):
    """The head is locked after the statement has answered, so its refusal must not be taken for an answer."""
    factories.gateway(default=True)
    sender = factories.tenant(credits=10)
    by = factories.actor(sender)
    with psycopg.connect(**_address()) as other:
        other.execute("SELECT 1 FROM tenants_audithead WHERE chain = %s FOR UPDATE", [sender.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(Busy):
            factories.sent(sender, by=by)
    connection.close()
    assert not AuditEntry.objects.filter(action="sms.send").exists()
    factories.sent(sender, by=by)
    assert holds(sender.pk)


def at_once(works):
    """Run them in threads that start together."""
    gate = threading.Barrier(len(works))

    def run(work):
        try:
            connection.ensure_connection()
            gate.wait(10)
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(run, work) for work in works]:
            future.result()


def test_many_who_append_to_one_chain_leave_no_gap(firm):
    """The first entry of the chain is theirs, too."""

    def append():
        for _ in range(25):
            audit.record(by=Actor(firm), action="x")

    at_once([append] * 8)
    assert [link.seq for link in chain(firm.pk)] == list(range(1, 201))
    assert holds(firm.pk)


def test_many_firms_append_at_the_same_time(firm):
    firms = [Tenant.objects.create(name=f"F{n}", slug=f"f{n}") for n in range(4)]

    def append(each):
        for n in range(20):
            with transaction.atomic():
                audit.record(by=Actor(each), action="x")
                audit.record(by=Actor(each), action="y")
                if n % 5 == 0:
                    transaction.set_rollback(True)

    at_once([lambda each=each: append(each) for each in firms for _ in range(2)])
    assert [len(chain(each.pk)) for each in firms] == [64] * 4
    assert all(holds(each.pk) for each in firms)


def test_accepts_of_one_firm_beside_its_other_entries_do_not_meet_in_the_wrong_order(firm):
    factories.gateway(default=True)
    sender = factories.tenant(credits=1000)
    by = factories.actor(sender)
    at_once(
        [lambda: [factories.sent(sender, by=by) for _ in range(10)]] * 3
        + [lambda: [audit.record(by=by, action="x") for _ in range(20)]] * 3
    )
    assert AuditEntry.objects.of(sender).filter(action__in=["sms.send", "x"]).count() == 90
    assert holds(sender.pk)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tenants_auditlink SET hash = ''",
        "UPDATE tenants_auditlink SET seq = seq + 1",
        "DELETE FROM tenants_auditlink",
        "DELETE FROM tenants_audithead",
        "UPDATE tenants_audithead SET seq = seq - 1",
        "UPDATE tenants_audithead SET seq = seq",
        "UPDATE tenants_audithead SET seq = seq + 2",
        "UPDATE tenants_audithead SET chain = chain + 1, seq = seq + 1",
    ],
)
def test_links_stay_and_heads_only_move_forward(firm, change):
    audit.record(by=Actor(firm), action="x")
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert database.sqlstate(refused.value) == "SM002"
    assert holds(firm.pk)


@pytest.mark.parametrize("table", TABLES)
def test_the_trail_is_never_emptied(firm, table):
    audit.record(by=Actor(firm), action="x")
    emptied = f"ALTER TABLE {table} ENABLE TRIGGER never_emptied; TRUNCATE {table}"  # tests/conftest.py turns it off
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(emptied)
    assert database.sqlstate(refused.value) == "SM002"
    assert holds(firm.pk)


def test_entries_from_before_the_chain_are_chained_by_the_migration(firm):
    other = Tenant.objects.create(name="Öbür", slug="obur")
    AuditEntry.objects.bulk_create(
        AuditEntry(tenant=place, action="x", created_at=clock.now())
        for place in [firm, None, other, firm, other] * 3
    )
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE tenants_auditlink, tenants_audithead")
        cursor.execute(import_module("tenants.migrations.0030_audit_chain").EXISTING)
    assert [len(chain(place)) for place in (0, firm.pk, other.pk)] == [3, 6, 6]
    audit.record(by=Actor(firm), action="x")
    assert all(map(holds, (0, firm.pk, other.pk)))
