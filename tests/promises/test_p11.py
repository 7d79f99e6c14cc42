"""P11 an opt-out that was stored before the send is obeyed, whichever list it stands on and whoever is sending meanwhile."""

import random
import threading

import pytest
from django.db import connection

from messaging.contacts import erased, optouts, platform_list
from messaging.contacts.models import ErasedOptOut
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import accept
from tests import factories, switching
from tests.messaging.sms.world import World, numbers

MESSAGES, EACH, REFUSE, WORKERS = 60, 20, 400, 2


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(transactional_db):
    return World(credits=MESSAGES * EACH)


def on_the_firm_s_list(world, number):
    optouts.add(by=world.actor, numbers=[number])


def on_the_platform_s_list(world, number):
    platform_list.add(by=switching.staff(), numbers=[number])


def erased_with_their_refusal(world, number):
    digest = erased.digest(firm_id=world.firm.pk, msisdn=int(number))
    ErasedOptOut.objects.create(tenant=world.firm, digest=digest, source="sms")


LISTS = (on_the_firm_s_list, on_the_platform_s_list, erased_with_their_refusal)


@pytest.mark.parametrize("refuse", LISTS)
def test_a_refusal_between_accept_and_claim_is_obeyed(world, refuse):
    message = world.accept(*numbers(3))
    refuse(world, numbers(3)[1])
    world.drain()
    assert sorted(world.operator.numbers) == [int(numbers(3)[0]), int(numbers(3)[2])]
    assert [row.error_code for row in factories.recipients(message)] == [None, "opted-out", None]
    assert world.account() == (MESSAGES * EACH - 2, 0)


@pytest.mark.parametrize("refuse", LISTS)
def test_a_list_that_is_read_beforehand_leaves_out_whom_the_claim_would(world, refuse):
    """Two spellings of one rule: for many at once, and inside the statements that send."""
    refuse(world, numbers(3)[1])
    everybody = [int(number) for number in numbers(3)]
    assert accept.opted_out(tenant_id=world.firm.pk, msisdns=everybody) == {everybody[1]}
    stranger = factories.tenant()
    everywhere = refuse is on_the_platform_s_list
    assert bool(accept.opted_out(tenant_id=stranger.pk, msisdns=everybody)) == everywhere


def test_refusals_race_with_workers(world):
    """Fails at once where the claim asks one list less."""
    everybody = numbers(MESSAGES * EACH)
    chosen = random.Random(11).sample(everybody, REFUSE)
    stored: dict[int, object] = {}  # number -> when its refusal was certainly committed
    ready = threading.Barrier(WORKERS + 2)
    accepted = threading.Event()

    def take():
        ready.wait(10)
        for start in range(0, len(everybody), EACH):
            world.accept(*everybody[start : start + EACH])
        accepted.set()

    def say_no():
        ready.wait(10)
        for turn, number in enumerate(chosen):
            LISTS[turn % len(LISTS)](world, number)
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                stored[int(number)] = cursor.fetchone()[0]

    def work():
        ready.wait(10)
        while not accepted.is_set() or Submission.objects.filter(state=Submission.State.READY).exists():
            world.drain()

    in_threads(take, say_no, *[work] * WORKERS)

    claimed = claims(world)
    sent = set(world.operator.numbers)
    assert {number for number in sent & stored.keys() if claimed[number] > stored[number]} == set()
    assert len(sent & stored.keys()) > 10, "no refusal came too late: nothing raced"
    assert len(stored.keys() - sent) > 10, "no refusal came in time"
    assert len(sent) + len(stored.keys() - sent) == len(everybody)


def claims(world):
    """When the submission of each number was claimed."""
    found = {}
    for submission in Submission.objects.filter(tenant_id=world.firm.pk).exclude(last_tx_at=None):
        span = (submission.first_recipient_id, submission.last_recipient_id)
        for msisdn in Recipient.objects.filter(id__range=span).values_list("msisdn", flat=True):
            found[msisdn] = submission.last_tx_at
    return found


def in_threads(*works):
    faults = []

    def run(work):
        try:
            work()
        except Exception as fault:  # noqa: BLE001  # told below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
