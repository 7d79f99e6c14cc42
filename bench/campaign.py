"""(b) a file of recipients to queued rows, with exclusions and the reservation, against COPY of the same rows; and what an
opt-out list of millions costs.
"""

import time
from collections.abc import Iterator

from django.db import connection

from bench import figures
from bench.figures import Figure
from bench.world import World
from messaging.campaigns import drafts, launching, letters, listing
from messaging.campaigns.models import Campaign
from messaging.sms.models import Message, Submission
from smsmerkezi import queues
from tenants.actors import Actor
from tenants.models import Tenant, User

GOAL, OPT_OUT_GOAL = 0.55, 1.10
RECIPIENTS, OPT_OUTS = 200_000, 1_000_000
ROUNDS = 3
FIRST = 905_400_000_000
ORDINARY = 9_990  # numbers of each ten thousand
LIKE = """
CREATE UNLOGGED TABLE IF NOT EXISTS bench_recipient (LIKE sms_recipient INCLUDING ALL);
ALTER TABLE bench_recipient SET LOGGED;
CREATE TABLE IF NOT EXISTS bench_submission (LIKE sms_submission INCLUDING ALL);
"""
REFUSE = """
INSERT INTO contacts_optout (tenant_id, msisdn, source, note, created_at)
SELECT %s, %s + n * 3, 'panel', '', now() FROM generate_series(1, %s) n ON CONFLICT DO NOTHING
"""


def run(
    _world: World, *, rounds: int = ROUNDS, recipients: int = RECIPIENTS, opt_outs: int = OPT_OUTS
) -> list[Figure]:
    by = admin()
    with connection.cursor() as cursor:
        cursor.execute(LIKE)
    pairs = []
    for n in range(rounds):
        first = FIRST + n * 2 * recipients
        seconds, message = queued(by, first, recipients)
        pairs.append((recipients / seconds, recipients / copied(message)))
    what = f"a CSV of {recipients:,} to queued rows, against COPY of those rows"
    return [figures.against(what, "recipients/s", GOAL, pairs), refused(by, rounds, recipients, opt_outs)]


def admin() -> Actor:
    """Of the firm that has credit."""
    firm = Tenant.objects.order_by("pk").first()
    return Actor(firm, User(tenant=firm, role=User.Role.ADMIN))


def queued(by: Actor, first: int, count: int) -> tuple[float, Message]:
    """Seconds from the file's first byte to its last recipient in the queue."""
    begun = time.perf_counter()
    made = drafts.create(by=by, name="bench")
    listing.give_file(by=by, campaign_id=made.pk, chunks=file(first, count), name="bench.csv")
    listing.check(by=by, campaign_id=made.pk)
    queues.LOOKS["files"]()
    letters.write(by=by, campaign_id=made.pk, letter=letters.Letter("Kasım indirimi", commercial=False))
    made = Campaign.objects.get(pk=made.pk)
    made = launching.launch(by=by, campaign_id=made.pk, quoted=made.quoted)
    queues.LOOKS["files"]()
    seconds = time.perf_counter() - begun
    return seconds, Message.objects.get(pk=made.message_id)


def file(first: int, count: int) -> Iterator[bytes]:
    """As a spreadsheet writes it; nobody whose last digits mean something to the simulator."""
    yield b"Telefon;Ad\r\n"
    for start in range(0, count, ORDINARY):
        some = range(min(ORDINARY, count - start))
        base = first + start // ORDINARY * 10_000 + 10_000 - ORDINARY
        yield "".join(f"0{str(base + n)[2:]};Ali\r\n" for n in some).encode()


def copied(message: Message) -> float:
    """Seconds for the same rows, read beforehand, through COPY into tables with the same columns, indexes and checks."""
    spans = list(
        Submission.objects.filter(message=message).values_list("first_recipient_id", "last_recipient_id")
    )
    raw = connection.connection
    recipients, submissions = [], []
    with raw.cursor() as cursor:
        for first, last in spans:
            with cursor.copy(
                f"COPY (SELECT * FROM sms_recipient WHERE id BETWEEN {first} AND {last}) TO STDOUT"
            ) as out:
                recipients += list(out)
        with cursor.copy(
            f"COPY (SELECT * FROM sms_submission WHERE message_id = {message.pk}) TO STDOUT"
        ) as out:
            submissions = list(out)
        begun = time.perf_counter()
        for table, rows in (("bench_recipient", recipients), ("bench_submission", submissions)):
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write(row)
        seconds = time.perf_counter() - begun
        cursor.execute("TRUNCATE bench_recipient, bench_submission")
    return seconds


def refused(by: Actor, rounds: int, recipients: int, opt_outs: int) -> Figure:
    """Checking and loading the same list, with an empty opt-out list and with a long one of other numbers."""
    first = FIRST + 20 * rounds * recipients
    without = [queued(by, first + n * 2 * recipients, recipients)[0] for n in range(rounds)]
    with connection.cursor() as cursor:
        cursor.execute(REFUSE, [by.tenant.pk, 906_000_000_000, opt_outs])
        cursor.execute("ANALYZE contacts_optout")
    first += 2 * rounds * recipients
    beside = [queued(by, first + n * 2 * recipients, recipients)[0] for n in range(rounds)]
    pairs = list(zip(sorted(beside), sorted(without), strict=True))
    made = figures.against(
        f"seconds for that with {opt_outs:,} opt-outs, against none", "s", OPT_OUT_GOAL, pairs
    )
    return made._replace(at_most=True)
