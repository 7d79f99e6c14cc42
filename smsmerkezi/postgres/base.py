"""The database backend: before a statement, tell the session whose rows it may see, if it does not know yet."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import pq

from smsmerkezi import scope


class DatabaseWrapper(base.DatabaseWrapper):
    """`told` is what the session knows: the firm's id, scope.EVERYBODY, or None when we cannot say."""

    told: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        self.told = scope.EVERYBODY  # by the connection's options, see settings
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        self.tell()
        return super().create_cursor(name)

    def tell(self) -> None:
        """A round trip where the firm has changed. Not in a failed transaction, which only waits for its rollback."""
        firm = scope.current()
        if self.told == firm:
            return
        server = self.connection.pgconn
        if server.transaction_status == pq.TransactionStatus.INERROR:
            return
        answer = server.exec_(b"SET %b = '%d'" % (scope.SETTING.encode(), firm))
        # An error here is the connection's; whoever sends the next statement on it hears of it.
        self.told = firm if answer.status == pq.ExecStatus.COMMAND_OK else None

    def _rollback(self) -> None:
        self.told = None  # the session is back at what it knew before the transaction
        super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        self.told = None
