"""Promises P1 to P3 at a size for every run; `make soak` runs 10,000 messages of the same."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.soak import clients, judge

pytestmark = pytest.mark.servers
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRETS_KEYS", "ENVIRONMENT", "DJANGO_SETTINGS_MODULE"}
CI_MESSAGES = 600


def test_nothing_is_lost_doubled_or_mischarged_while_everything_fails():
    """Processes are killed -9, PostgreSQL crashes, Redis is emptied twice, the operator swallows one answer in four."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    argv = [sys.executable, "-m", "tests.soak", "p1", "--messages", str(CI_MESSAGES), "--seed", "3"]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False, timeout=180)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert {name: figures[name] for name in judge.MUST_BE_ZERO} == dict.fromkeys(judge.MUST_BE_ZERO, 0), (
        figures
    )
    assert figures["broken"] == {}
    assert figures["acknowledged"] == CI_MESSAGES
    assert figures["attempts_per_submission"] > 1, "no fault was ever met"
    assert figures["kills"] >= 3
    assert done.returncode == 0


# The judge can find what it looks for.


@pytest.fixture
def world(transactional_db):
    """One message handed over and reported to one recipient."""
    from messaging.sms import delivery
    from tests.messaging.sms.world import World, numbers, pass_time

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sms_recipient")  # unmanaged, so no test's flush empties it
    world = World()
    message = world.sent(*numbers(1))
    pass_time(1)
    delivery.pull()
    world.promises = [clients.Promise(message.pk, message.parts, [905300010001])]
    world.rows = [{"ref": entry.ref, "msisdns": list(entry.msisdns)} for entry in world.operator.book]
    return world


def zeros(figures):
    return {name: figures[name] for name in judge.MUST_BE_ZERO if name != "refused" and figures[name]}


def test_the_judge_is_content_with_what_is_right(world):
    figures = judge.verdict(world.promises, world.rows)
    assert zeros(figures) == {}
    assert judge.passed(figures | {"refused": 0})


def test_the_judge_finds_what_was_lost(world):
    found = zeros(judge.verdict(world.promises, []))
    assert found == {"lost": 1, "charged_unlike_book": 1}


def test_the_judge_finds_what_was_sent_twice(world):
    assert zeros(judge.verdict(world.promises, world.rows * 2)) == {"twice": 1, "refs_twice": 1}


def test_the_judge_finds_what_nobody_asked_for(world):
    found = zeros(judge.verdict([], world.rows))
    assert found == {"unasked": 1, "charged_unlike_book": 1}


def test_the_judge_finds_what_is_stuck(world):
    from tests.messaging.sms.world import numbers

    world.accept(*numbers(1))
    assert zeros(judge.verdict(world.promises, world.rows)) == {"stuck": 1, "reserved_left": 1}


def test_wishes_are_the_same_for_the_same_seed_and_never_name_a_number_twice():
    wishes = clients.wishes(1000, 5)
    assert wishes == clients.wishes(1000, 5)
    numbers = [number for wish in wishes for number in wish.numbers]
    assert len(numbers) == len(set(numbers))
    assert not {number % 10_000 for number in numbers} & clients.SPECIAL
