"""(a) POST /v1/sms/send with all that it must do, against a DRF view with a serializer and one INSERT."""

from bench import bare, figures, web, wrk
from bench.figures import Figure
from bench.world import World

GOAL = 1.2


def run(world: World, *, rounds: int = figures.ROUNDS, seconds: float = 5) -> list[Figure]:
    """The two take turns on one server: same process, threads, settings and middleware."""
    token = world.token
    bare.make_table()
    with web.running() as url:
        ours, limit = f"{url}/v1/sms/send", f"{url}/bare/send"
        wrk.warm(ours, token=token)
        wrk.warm(limit)
        pairs = [
            (sent(ours, token=token, seconds=seconds), sent(limit, token="", seconds=seconds))
            for _ in range(rounds)
        ]
    what = "POST /v1/sms/send with all it must do, against a bare DRF view with one INSERT"
    return [figures.against(what, "requests/s", GOAL, pairs)]


def sent(url: str, *, token: str, seconds: float) -> float:
    load = wrk.run(url, token=token, seconds=seconds)
    if load.bad:
        raise RuntimeError(f"{load.bad} of {load.requests} requests to {url} were not accepted")
    return load.per_second
