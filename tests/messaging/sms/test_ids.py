"""Recipient ids: contiguous, never twice, whoever asks."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from messaging.sms import ids


@pytest.fixture
def allocator(db):
    return ids.Allocator()


def test_ids_follow_each_other_within_a_block(allocator):
    first = allocator.take(10)
    assert allocator.take(1) == first + 10
    assert allocator.take(5) == first + 11


def test_what_does_not_fit_into_the_block_begins_a_new_one(allocator):
    first = allocator.take(999)
    assert allocator.take(1) == first + 999
    second = allocator.take(1000)
    assert second % ids.BLOCK == 0
    assert second > first


def test_a_block_is_dropped_when_it_is_a_minute_old(allocator, monkeypatch):
    first = allocator.take(1)
    now = ids.time.monotonic()
    monkeypatch.setattr(ids.time, "monotonic", lambda: now + ids.LIFETIME + 1)
    assert allocator.take(1) >= first + ids.BLOCK


def test_a_forgotten_block_is_not_used(allocator):
    first = allocator.take(1)
    allocator.forget()
    assert allocator.take(1) >= first + ids.BLOCK


@pytest.mark.django_db(transaction=True)
def test_threads_never_get_the_same_id():
    allocator, barrier = ids.Allocator(), threading.Barrier(8)

    def take():
        barrier.wait(10)
        taken = [range(first, first + 7) for first in [allocator.take(7) for _ in range(60)]]
        connection.close()
        return [one for span in taken for one in span]

    with ThreadPoolExecutor(8) as pool:
        taken = [one for future in [pool.submit(take) for _ in range(8)] for one in future.result()]
    assert len(taken) == len(set(taken)) == 8 * 60 * 7


# Forked from a process of its own: this one has a browser's and a server's threads, whose locks a fork would copy held.
FORKED = """
import os, django
django.setup()
from django.db import connection
from messaging.sms import ids
allocator = ids.Allocator()
allocator.take(1)
connection.close()  # a connection must not cross the fork
if os.fork():
    os.wait()
print(allocator.take(1) // ids.BLOCK)
"""


@pytest.mark.django_db(transaction=True)
def test_a_forked_child_does_not_go_on_with_its_parents_block():
    told = connection.settings_dict
    url = f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url}
    blocks = subprocess.check_output([sys.executable, "-c", FORKED], env=environment, text=True, timeout=60)
    childs, parents = blocks.split()
    assert childs != parents
