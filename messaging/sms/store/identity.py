"""Which database this is, and what a copy of it must not do."""

from smsmerkezi import database

# The timeline is the one that is written to: the checkpoint's is still the old one for minutes after a promotion. The
# table's own number tells a database that was emptied and filled from a copy (`pg_restore --clean`).
HERE = """
SELECT (SELECT system_identifier FROM pg_control_system())
  || ':' || ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
  || ':' || (SELECT oid FROM pg_database WHERE datname = current_database()) || ':' || to_regclass('sms_submission')::oid
"""
KNOWN = "SELECT name FROM sms_identity FOR UPDATE"
REMEMBER = """
INSERT INTO sms_identity (id, name, since) VALUES (1, %(name)s, now())
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, since = EXCLUDED.since RETURNING id
"""
# What is due, or was in doubt, may have been taken since; what is due later cannot have been. The quiet period begins now.
QUARANTINE = """
UPDATE sms_submission SET state = 2, lease_until = NULL, checks = 0, next_check_at = now(), last_tx_at = now(),
  quarantined = true
WHERE state IN (1, 2) OR (state = 0 AND due_at <= now()) RETURNING id
"""


def here() -> str:
    """The database as the server knows it: cluster, timeline, number, and number of the table. Fails on a standby."""
    return str(database.rows(HERE, {})[0][0])


def known() -> str:
    """The name that was written down last, locked; empty in a new database. Fails on a standby, which nobody sends from."""
    row = database.row(KNOWN, {})
    return row[0] if row else ""


def remember(name: str) -> None:
    database.rows(REMEMBER, {"name": name})


def quarantine() -> int:
    """Put in doubt whatever may have been sent behind this database's back; how many submissions."""
    return len(database.rows(QUARANTINE, {}))
