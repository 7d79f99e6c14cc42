"""A worker of some queues: RQ wakes it, and once a second it looks at the rows itself."""

import logging
import os
import signal
import threading
from argparse import ArgumentParser
from types import FrameType

import django_rq
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job
from rq.timeouts import TimerDeathPenalty
from rq.worker import SimpleWorker

from messaging.files import jobs
from messaging.sms import dispatch, quarantine
from smsmerkezi import logs, queues

logger = logging.getLogger(__name__)
PERIOD = 1.0  # seconds between looks


class LaneWorker(SimpleWorker):
    """Runs jobs in its own process: a fork for each would cost five times as much (design/stack.md 3.3)."""

    death_penalty_class = TimerDeathPenalty

    def perform_job(self, job: Job, queue: Queue) -> bool:
        if connection.connection is not None and not connection.is_usable():
            connection.close()  # the database was restarted since the last job
        return bool(super().perform_job(job, queue))

    def handle_job_failure(
        self, job: Job, queue: Queue, started_job_registry: object = None, exc_string: str = ""
    ) -> None:
        """What is kept of a failed job holds no number, text or key either."""
        super().handle_job_failure(job, queue, started_job_registry, logs.blank(exc_string))

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        _told_to_stop()
        super().request_stop(signum, frame)


class Command(BaseCommand):
    help = "Run the jobs of the named queues and look after their rows: manage.py worker otp sms dlr"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queues", nargs="+")

    def handle(self, *args: object, **options: object) -> None:
        names: list[str] = options["queues"]  # type: ignore[assignment]
        unknown = set(names) - set(settings.RQ_QUEUES)
        if unknown:
            raise CommandError(
                f"No such queue: {', '.join(sorted(unknown))}. Known: {', '.join(settings.RQ_QUEUES)}."
            )
        run(names)


def run(names: list[str]) -> None:
    """Until SIGTERM or SIGINT: finish what is in hand, then return."""
    stop = threading.Event()
    _know_the_database()
    lookers = [_looker(name, stop) for name in names if name in queues.LOOKS]
    signal.signal(signal.SIGTERM, _raise_exit)
    try:
        while not stop.is_set():
            _work(names)
            stop.wait(PERIOD)
    except (KeyboardInterrupt, SystemExit):
        logger.info("worker.stopping")
    finally:
        _told_to_stop()
        stop.set()
        for looker in lookers:
            looker.join()


def _know_the_database() -> None:
    """Before anything is sent: after a restore, what is ready may have left already."""
    while not dispatch.stopping.is_set():
        try:
            quarantine.look()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("worker.database_away", extra={"ids": {"error": type(error).__name__}})
            connection.close()
            dispatch.stopping.wait(PERIOD)
        else:
            return


def _raise_exit(_signal: int, _frame: FrameType | None) -> None:
    _told_to_stop()
    raise SystemExit(0)


def _told_to_stop() -> None:
    """From now on nothing new is begun. After a lease nothing that was sent can be under way: whatever goes on then, be it
    a gateway that has ever more to tell, is cut, and the rows know where it was."""
    if not dispatch.stopping.is_set():
        dispatch.stopping.set()
        jobs.stopping.set()
        end = threading.Timer(settings.SEND_LEASE, os._exit, [0])
        end.daemon = True
        end.start()


def _work(names: list[str]) -> None:
    """Serve the queues until Redis goes away; the looks go on meanwhile."""
    try:
        found = [django_rq.get_queue(name) for name in names]
        worker = LaneWorker(found, connection=found[0].connection, serializer=found[0].serializer)
        worker.work(with_scheduler=False, logging_level=logging.WARNING)
    except (RedisError, OSError) as error:
        logger.warning("worker.redis_away", extra={"ids": {"error": type(error).__name__}})
    if dispatch.stopping.is_set():  # RQ also returns, or raises, for other reasons than being told to stop
        raise SystemExit(0)


def _looker(name: str, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=_look, args=(name, stop), name=f"look-{name}", daemon=True)
    thread.start()
    return thread


def _look(name: str, stop: threading.Event) -> None:
    """Once a second, whatever Redis says, one thread a queue: a long drain of one keeps no other waiting.

    Two at once are harmless: rows are claimed, not found. A bug in a look is loud and ends this thread, as it would end
    a job; another one goes on looking.
    """
    try:
        while not stop.wait(PERIOD):
            _safely(queues.LOOKS[name])
    finally:
        connection.close()
        if not stop.is_set():
            _looker(name, stop)


def _safely(look: queues.Look) -> None:
    try:
        look()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("worker.database_away", extra={"ids": {"error": type(error).__name__}})
        connection.close()
