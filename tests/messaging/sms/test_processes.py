"""`manage.py worker` and `manage.py clock` as the processes that they are in life, against the test's own rows."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import django_rq
import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command
from django.db import connection

from gateways.models import GatewayAccount
from messaging.sms import bell, dispatch
from messaging.sms.models import Recipient, Submission
from smsmerkezi import cron, queues
from smsmerkezi.embedded import processes
from smsmerkezi.management.commands import clock
from smsmerkezi.management.commands import worker as worker_command
from tests import factories
from tests.gateways import simulators
from tests.messaging.sms.world import LANE, attempts, numbers, only, pass_time, states

ROOT = Path(__file__).resolve().parents[3]
SHORT = {
    "SEND_TIMEOUT": "0.5",
    "SEND_MARGIN": "0.2",
    "SEND_LEASE": "2",
    "REPORT_INTERVAL": "0.5",
    "LOG_LEVEL": "WARNING",
}
End = Recipient.State
pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


def environment(**more):
    base, _, _name = os.environ["DATABASE_URL"].rpartition("/")
    return {**os.environ, **SHORT, "DATABASE_URL": f"{base}/{live.DATABASES['default']['NAME']}", **more}


@contextmanager
def running(*command, **more):
    """The process, and whatever it said when the test is over."""
    argv = [sys.executable, str(ROOT / "manage.py"), *command]
    with subprocess.Popen(argv, env=environment(**more), stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process, seconds=5):
    """Its exit status after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    return process.wait(seconds)


@pytest.fixture
def firm():
    """A firm whose messages go to a simulator."""
    bell._rung.clear()
    with simulators.in_thread() as operator:
        factories.gateway("mock", url=operator.url, default=True, timeout=0.5)
        firm = factories.tenant()
        firm.operator = operator
        yield firm
    for name in live.RQ_QUEUES:
        django_rq.get_queue(name).empty()


def until(condition, seconds=15):
    assert processes.wait_until(condition, seconds=seconds, step=0.05)


def test_a_worker_hands_over_what_is_due_and_ends_when_told(firm):
    with running("worker", "sms", "dlr") as worker:
        message = factories.sent(firm, *numbers(2))
        until(lambda: states(message) == [End.SENT] * 2 or states(message) == [End.DELIVERED] * 2)
        until(lambda: states(message) == [End.DELIVERED] * 2)
        assert ended(worker) == 0
    assert [sorted(row["msisdns"]) for row in firm.operator.book()] == [[905300010001, 905300020001]]


def test_a_worker_finds_its_rows_without_redis(firm):
    with running("worker", "sms", REDIS_URL="redis://127.0.0.1:9/0") as worker:
        message = factories.sent(firm, *numbers(1))
        until(lambda: states(message) == [End.SENT])
        assert ended(worker) == 0


def test_a_worker_goes_on_after_the_database_cut_its_connections(firm):
    with running("worker", "sms") as worker:
        first = factories.sent(firm, *numbers(1))
        until(lambda: states(first) == [End.SENT])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        bell._rung.clear()
        second = factories.sent(firm, *numbers(1))
        until(lambda: states(second) == [End.SENT])
        time.sleep(dispatch.LINGER + 1)  # a job that was cut off has failed by now
        queue = django_rq.get_queue("sms")
        failed = len(queue.failed_job_registry)
        bell._rung.clear()
        third = factories.sent(firm, *numbers(1))
        until(lambda: states(third) == [End.SENT])
        time.sleep(dispatch.LINGER + 1)
        assert len(queue.failed_job_registry) == failed, "each job gets a live connection"
        assert ended(worker) == 0


def test_a_worker_that_is_told_to_end_does_although_there_is_ever_more_to_ask(firm):
    """Hundreds of messages without a report at a slow gateway: by the time all were asked about, the first are due again."""
    slow = {"SEND_TIMEOUT": "2", "SEND_LEASE": "3"}
    GatewayAccount.objects.update(options={"timeout": 2})
    by = factories.actor(firm)
    for number in numbers(500, fate="0006"):
        factories.sent(firm, number, by=by)
    with running("worker", "sms", "dlr", **slow) as worker:
        until(lambda: not Submission.objects.exclude(state=Submission.State.HANDED_OVER).exists())
        firm.operator.faults(latency_ms=1500)
        bell._rung.clear()
        bell.ring_reports()  # a job asks, and so does the worker's own look
        Submission.objects.update(checks=0)
        pass_time(60)
        until(lambda: Submission.objects.filter(checks__gt=0).count() == 500)
        begun = time.monotonic()
        assert ended(worker, seconds=10) == 0
        assert time.monotonic() - begun < 4
    firm.operator.faults()


def test_a_family_that_is_told_to_end_lets_what_is_under_way_end(firm, tmp_path):
    """A gateway may take its time; whoever is killed meanwhile leaves a doubt behind."""
    slow = {"SEND_TIMEOUT": "8", "SEND_LEASE": "20"}
    GatewayAccount.objects.update(options={"timeout": 8})
    firm.operator.faults(latency_ms=6500)
    message = factories.sent(firm, *numbers(1, fate="0006"))
    with running("serve", "--port", str(processes.free_port()), "--logs", str(tmp_path), **slow) as family:
        until(lambda: only(message).state == Submission.State.SUBMITTING)
        assert ended(family, seconds=20) == 0
    assert attempts(message) == [(1, "Accepted")]


def test_a_worker_killed_with_kill_9_leaves_what_others_finish(firm):
    firm.operator.faults(ingest_lag_ms=1000)
    message = factories.sent(firm, *numbers(1))
    with running("worker", "sms") as worker:
        until(lambda: only(message).state == Submission.State.SUBMITTING)
        worker.kill()
        worker.wait()
    firm.operator.faults()
    with running("worker", "sms", "dlr"), running("clock"):
        until(lambda: states(message) == [End.DELIVERED], seconds=20)
    assert len(firm.operator.book()) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_look_that_fails_does_not_end_the_looking(monkeypatch):
    looks, stop = [], threading.Event()

    def look():
        looks.append(threading.current_thread())
        if len(looks) == 1:
            raise KeyError("a bug")
        stop.set()
        return 0

    monkeypatch.setitem(queues.LOOKS, "sms", look)
    monkeypatch.setattr(worker_command, "PERIOD", 0.01)
    worker_command._looker("sms", stop)
    assert stop.wait(5)
    assert len(set(looks)) == 2


def test_an_unknown_queue_is_a_sentence():
    with pytest.raises(CommandError, match="No such queue: yok"):
        call_command("worker", "sms", "yok")


# The clock.


def test_a_clock_reaps_and_ends_when_told(world):
    message = world.accept(*numbers(1))
    dispatch.take(LANE, limit=1)
    pass_time(61)
    with running("clock") as process:
        until(lambda: only(message).state == Submission.State.UNKNOWN)
        assert ended(process) == 0


def test_one_clock_of_many_acts():
    assert clock.leads()
    assert clock.leads(), "and keeps acting"
    answers = []

    def other():
        answers.append(clock.leads())
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert answers == [False]
    connection.close()  # the lock goes with the connection
    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert answers == [False, True]


def test_each_chore_is_done_in_its_time_and_twice_is_harmless(world):
    due = dict.fromkeys(cron.CHORES, 0.0)
    before = time.monotonic()
    clock.tick(due)
    for name, chore in cron.CHORES.items():
        assert before + chore.every <= due[name] <= time.monotonic() + chore.every
    clock.tick(dict.fromkeys(cron.CHORES, 0.0))


def test_a_clock_goes_on_after_the_database_cut_its_connection(world):
    message = world.accept(*numbers(1))
    dispatch.take(LANE, limit=1)
    stop = threading.Event()
    thread = threading.Thread(target=lambda: (clock.run(stop), connection.close()))
    thread.start()
    time.sleep(0.4)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    pass_time(61)
    try:
        until(lambda: only(message).state == Submission.State.UNKNOWN, seconds=5)
    finally:
        stop.set()
        thread.join(5)


def test_the_clock_rings_for_reports_and_doubts(world):
    bell._rung.clear()
    queue = django_rq.get_queue("dlr")
    queue.empty()
    world.operator.plan.extend(["ok", "hang"])
    world.sent(*numbers(1))
    world.sent(*numbers(1))
    pass_time(2)
    cron.ring_dlr()
    assert {job.func_name for job in queue.jobs} == {
        "messaging.sms.jobs.reconcile_unknown",
        "messaging.sms.jobs.pull_reports",
    }
    queue.empty()
