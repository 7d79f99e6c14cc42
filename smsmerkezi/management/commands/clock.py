"""The clock: time lives in PostgreSQL, and this loop reads it."""

import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection

from messaging.sms import quarantine
from smsmerkezi import cron

logger = logging.getLogger(__name__)
LEADER = 7_390_001  # the advisory lock that makes one clock of many hosts act
TICK = 0.25  # seconds


class Command(BaseCommand):
    help = "Reap, expire, ring and make partitions, as time goes by. May run on many hosts; one acts."

    def handle(self, *args: object, **options: object) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(stop)


def run(stop: threading.Event) -> None:
    """Until `stop`: keep the lock, do what is due."""
    due = dict.fromkeys(cron.CHORES, 0.0)
    while not stop.wait(TICK):
        try:
            quarantine.look()
            if leads():
                tick(due)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("clock.database_away", extra={"ids": {"error": type(error).__name__}})
            connection.close()


def leads() -> bool:
    """Hold, or take, the lock of the acting clock. It goes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            " AND objid = %s) OR pg_try_advisory_lock(%s)",
            [LEADER, LEADER],
        )
        return bool(cursor.fetchone()[0])


def tick(due: dict[str, float]) -> None:
    """Do every chore whose time has come; `due` holds the monotonic second of each."""
    for name, chore in cron.CHORES.items():
        if time.monotonic() >= due[name]:
            due[name] = time.monotonic() + chore.every
            chore.work()
