"""How the database failed, for whoever cannot simply give up."""

from django.db import DatabaseError, InterfaceError, OperationalError

from smsmerkezi import database

ANY = (DatabaseError, InterfaceError, ValueError)  # the last: a value that no database holds
LOCKED = "55P03"
# No server, or one that is starting, shutting down, full, too slow, or has ended a transaction that slept.
AWAY = ("08", "53", "57P", "57014", "25P03")


def in_conflict(error: Exception) -> bool:
    """With another transaction: once more, at once."""
    return database.sqlstate(error) in database.CONFLICTS


def locked(error: Exception) -> bool:
    """Somebody holds what it needs for longer than `lock_timeout`."""
    return database.sqlstate(error) == LOCKED


def away(error: Exception) -> bool:
    """It will pass."""
    state = database.sqlstate(error)
    return state.startswith(AWAY) if state else isinstance(error, OperationalError | InterfaceError)
