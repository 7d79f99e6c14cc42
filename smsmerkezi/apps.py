"""The ground itself as an app of Django's: what must hold of the installation before anything is served."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connection

UNWALLED = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


class GroundConfig(AppConfig):
    name = "smsmerkezi"

    def ready(self) -> None:
        checks.register(obeys_walls, checks.Tags.database)


def obeys_walls(*, databases: list[str] | None, **_: Any) -> list[checks.CheckMessage]:
    """PostgreSQL lets superusers and BYPASSRLS pass every wall between firms (docs/adr/0014): `check --database default`."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(UNWALLED)
        (passes,) = cursor.fetchone()
    hint = "Connect as a role that owns the tables and is neither SUPERUSER nor BYPASSRLS."
    return [
        checks.Error("Row-level security does not hold for this role.", hint=hint, id="smsmerkezi.E001")
    ] * passes
