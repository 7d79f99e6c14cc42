"""P17 retention and erasure: whoever was erased is in no row any more once the files' time is over; the books still add up."""

from datetime import timedelta

import pytest
from django.db import connection

from billing import ledger
from gateways.base import Status
from messaging.campaigns import drafts, launching, letters, listing
from messaging.campaigns.models import Campaign
from messaging.contacts import book, bulk, groups, imports, optouts, undoing
from messaging.contacts.models import Contact, ContactImport
from messaging.files import jobs, vault
from messaging.files.models import Job, StoredFile
from messaging.reports import exporting, rollup, rollup_recipients
from messaging.sms import erasing, invariants
from messaging.sms.models import Message
from smsmerkezi import queues
from smsmerkezi.core import clock
from tenants import audit_chain
from tests import factories
from tests.api import lives
from tests.messaging.campaigns.world import hand_over

pytestmark = pytest.mark.django_db
NATIONAL, NAME = "5307654321", "Kanarya"
FILE = f"Telefon;Ad\n{NATIONAL};{NAME} Sarı\n5301112244;Ömer\n".encode()
TABLES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1
"""


@pytest.fixture
def firm():
    factories.gateway(default=True)
    return factories.tenant(credits=100)


@pytest.fixture
def by(firm):
    return factories.actor(firm)


def work():
    queues.LOOKS["files"]()


def imported(by):
    found = imports.start(by=by, chunks=[FILE], name="kisiler.csv")
    imports.check(
        by=by, import_id=found.pk, columns=["msisdn", "name"], header=True, update_known=True, tags=["fuar"]
    )
    imports.run(by=by, import_id=found.pk)
    work()


def campaigned(by):
    made = drafts.create(by=by, name="Kasım")
    listing.give_file(by=by, campaign_id=made.pk, chunks=[FILE], name="liste.csv")
    listing.check(by=by, campaign_id=made.pk)
    letters.write(
        by=by, campaign_id=made.pk, letter=letters.Letter("Sayın {{name}}, bekleriz", commercial=False)
    )
    launching.launch(by=by, campaign_id=made.pk, quoted=Campaign.objects.get(pk=made.pk).quoted)
    work()
    hand_over()


def arrived():
    """Everything that was handed over."""
    for message in Message.objects.all():
        lives.report(message, Status.DELIVERED)


def lived(firm, by):
    """A person with whom everything happened that can happen to one."""
    factories.sent(firm, f"0{NATIONAL}", body=f"Sayın {NAME}, randevunuz yarın.")
    lives.hand_over()
    imported(by)
    contact = Contact.objects.get(name__startswith=NAME)
    details = book.Details(NATIONAL, f"{NAME} Yeşil", ["vip"], fields={"not": NAME})
    book.change(by=by, contact_id=contact.pk, details=details)
    imported(by)
    group = groups.create(by=by, name="Fuar")
    bulk.ticked(by=by, action=bulk.Action("join", group.pk), ids=[contact.pk])
    campaigned(by)
    arrived()
    exporting.start(by=by, table="contacts", form="csv", asked={"search": NAME})
    exporting.start(
        by=by, table="recipients", form="xlsx", asked={"message": str(Message.objects.latest("pk").pk)}
    )
    work()
    optouts.add(by=by, numbers=[NATIONAL], note="aradı")
    rollup.refresh()
    rollup_recipients.refresh()
    return contact


def past_retention():
    """The time of files, of jobs and of what an import can be taken back by is over."""
    StoredFile.objects.update(ends_at=clock.now() - timedelta(seconds=1))
    while vault.prune():
        pass
    Job.objects.update(finished_at=clock.now() - timedelta(days=31))
    while jobs.prune():
        pass
    ContactImport.objects.update(done_at=clock.now() - timedelta(days=2))
    while undoing.prune():
        pass


def found(canary):
    """Tables of which a row holds it, in whatever column."""
    told = []
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{canary}%"])
            told += [table] if cursor.fetchone()[0] else []
    return told


def test_whoever_was_erased_is_in_no_row_once_the_files_are_gone(firm, by):
    contact = lived(firm, by)
    assert {"contacts_contact", "sms_message", "contacts_optout"} <= set(found(NAME) + found(NATIONAL))
    erasing.erase(by=by, contact_id=contact.pk, word="SİL")
    past_retention()
    assert (found(NATIONAL), found(NAME)) == ([], [])


def test_the_books_add_up_afterwards(firm, by):
    contact = lived(firm, by)
    before = ledger.account_of(firm).balance
    erasing.erase(by=by, contact_id=contact.pk, word="SİL")
    past_retention()
    assert ledger.account_of(firm).balance == before
    assert invariants.broken() == {}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the trail is sealed when a transaction ends
    assert [verdict.fault for verdict in audit_chain.verify(chain=firm.pk)] == [None]
