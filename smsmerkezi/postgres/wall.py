"""Row-level security for a table with a tenant column, as a migration says it.

FORCE, because we connect as the tables' owner. The owner must be neither superuser nor BYPASSRLS: PostgreSQL lets those pass
every wall (`manage.py check --deploy` looks).
"""

from django.db.migrations import RunSQL

# The firm of this session. Empty or unset: nobody's rows.
FUNCTION = """
CREATE FUNCTION app_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.tenant_id', true), '')::bigint;
"""
UNDO_FUNCTION = "DROP FUNCTION app_tenant();"
# Written so that the planner, which works a stable function out beforehand, knows either half for what it is.
BUILD = """
CREATE POLICY of_firm ON {table} USING (app_tenant() = -1 OR {column} = app_tenant());
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
"""
RAZE = """
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
DROP POLICY of_firm ON {table};
"""
OPEN = "CREATE POLICY of_nobody ON {table} FOR SELECT USING ({column} IS NULL);"
CLOSE = "DROP POLICY of_nobody ON {table};"


def around(table: str, *, column: str = "tenant_id") -> RunSQL:
    """Let a session see and write only its firm's rows."""
    words = {"table": table, "column": column}
    return RunSQL(BUILD.format(**words), RAZE.format(**words))


def window(table: str, *, column: str = "tenant_id") -> RunSQL:
    """Let every firm read, though not write, the rows that are no firm's."""
    words = {"table": table, "column": column}
    return RunSQL(OPEN.format(**words), CLOSE.format(**words))
