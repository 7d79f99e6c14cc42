"""What row-level security costs: POST /v1/sms/send with the walls of docs/adr/0014, against the same without them."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from bench import figures, web, wrk
from bench.accept import sent
from bench.figures import Figure
from bench.world import World
from messaging.sms import api_send
from smsmerkezi import scope

GOAL = 0.95
WALLED = "SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')"


@csrf_exempt  # as every view of the API
def unwalled(request: HttpRequest) -> HttpResponse:
    """The same view, whose session is told nothing: that is a round trip less."""
    connection.ensure_connection()
    connection.told = scope.current()  # type: ignore[attr-defined]  # smsmerkezi.postgres
    return api_send.send(request)


def run(world: World, *, rounds: int = 2 * figures.ROUNDS, seconds: float = 5) -> list[Figure]:
    """The two take turns on one server; in between the walls are razed and built."""
    with web.running() as url:
        ours, without = f"{url}/v1/sms/send", f"{url}/v1/unwalled/send"
        wrk.warm(ours, token=world.token)
        tables = _walled()
        pairs = []
        for _ in range(rounds):
            _row_security(tables, "DISABLE")
            limit = sent(without, token=world.token, seconds=seconds)
            _row_security(tables, "ENABLE")
            pairs.append((sent(ours, token=world.token, seconds=seconds), limit))
    what = "POST /v1/sms/send with row-level security, against the same without"
    return [figures.against(what, "requests/s", GOAL, pairs)]


def _walled() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(WALLED)
        return [name for (name,) in cursor.fetchall()]


def _row_security(tables: list[str], verb: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY")
