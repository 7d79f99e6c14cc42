"""Which database this is, and what a copy of it must not do."""

from smsmerkezi import database

HERE = """
SELECT (SELECT system_identifier FROM pg_control_system()) || ':' || (SELECT timeline_id FROM pg_control_checkpoint())
  || ':' || (SELECT oid FROM pg_database WHERE datname = current_database())
"""
KNOWN = "SELECT name FROM sms_identity FOR UPDATE"
REMEMBER = """
INSERT INTO sms_identity (id, name, since) VALUES (1, %(name)s, now())
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, since = EXCLUDED.since RETURNING id
"""
# What is due may have been taken since; what is due later cannot have been. The quiet period begins now.
QUARANTINE = """
UPDATE sms_submission SET state = 2, lease_until = NULL, checks = 0, next_check_at = now(), last_tx_at = now()
WHERE state = 1 OR (state = 0 AND due_at <= now()) RETURNING id
"""


def here() -> str:
    """The database as the server knows it: cluster, timeline, number."""
    return str(database.rows(HERE, {})[0][0])


def known() -> str:
    """The name that was written down last, locked; empty in a new database."""
    row = database.row(KNOWN, {})
    return row[0] if row else ""


def remember(name: str) -> None:
    database.rows(REMEMBER, {"name": name})


def quarantine() -> int:
    """Put in doubt whatever may have been sent behind this database's back; how many submissions."""
    return len(database.rows(QUARANTINE, {}))
