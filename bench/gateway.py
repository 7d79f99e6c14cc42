"""What handing over costs: the simulator's side per recipient, and our client's side per single send.

`run()` gives medians over rounds; CPU is measured inside each process, so a busy machine does not flatter or
blame. Limits: `http.client` alone on a kept connection (the floor), and urllib3's pool (what one would use
otherwise).
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from uuid import uuid4

import orjson
import urllib3

from gateways.base import Accepted, Outbound, Parcel
from gateways.http import HttpClient
from gateways.mock import Mock
from gateways.segments import Encoding

ROUNDS = 5
SINGLES = 1000
BATCHES = 40
BATCH = 1000


def run() -> dict[str, float]:
    """Figures by name. `*_us` is CPU microseconds, `*_per_s` is per second of the simulator's CPU."""
    with simulator() as url:
        rounds = [one_round(url) for _ in range(ROUNDS)]
        memory = health(url)["max_memory_mb"]
    figures = {name: round(median(each[name] for each in rounds), 2) for name in rounds[0]}
    return {**figures, "simulator_max_memory_mb": round(memory, 1)}


def one_round(url: str) -> dict[str, float]:
    mock = Mock(base_url=url, credentials={"token": "t"}, options={})
    ours, served = cost(url, SINGLES, lambda: accepted(mock, 1))
    bare, _ = cost(url, SINGLES, with_http_client(url))
    pooled, _ = cost(url, SINGLES, with_urllib3(url))
    exchange, _ = cost(url, SINGLES, with_ours(url))
    _, batch = cost(url, BATCHES, lambda: accepted(mock, BATCH))
    return {
        "client_single_send_us": ours,
        "client_exchange_us": exchange,
        "http_client_us": bare,
        "urllib3_us": pooled,
        "exchange_to_http_client": exchange / bare,
        "exchange_to_urllib3": exchange / pooled,
        "simulator_single_send_us": served,
        "simulator_recipients_per_s": 1e6 * BATCH / batch,
    }


def cost(url: str, times: int, act: Callable[[], object]) -> tuple[float, float]:
    """CPU microseconds of one call, here and in the simulator."""
    theirs, mine = health(url)["cpu_seconds"], time.process_time()
    for _ in range(times):
        act()
    mine = time.process_time() - mine
    return 1e6 * mine / times, 1e6 * (health(url)["cpu_seconds"] - theirs) / times


def accepted(gateway: Mock, size: int) -> None:
    recipients = [Outbound(905320010000 + i) for i in range(10, 10 + size)]
    parcel = Parcel(uuid4().hex, "SMSMERKEZI", "Merhaba, randevunuz yarin.", Encoding.GSM7, recipients)
    assert isinstance(gateway.submit(parcel), Accepted)


def order() -> bytes:
    return orjson.dumps({"ref": uuid4().hex, "from": "SMSMERKEZI", "text": "Merhaba", "to": [905320011000]})


HEADERS = {"Authorization": "Bearer t", "Content-Type": "application/json"}


def with_http_client(url: str) -> Callable[[], object]:
    connection = HTTPConnection(url.removeprefix("http://"))

    def send() -> object:
        connection.request("POST", "/mock/send", order(), HEADERS)
        return json.loads(connection.getresponse().read())

    return send


def with_urllib3(url: str) -> Callable[[], object]:
    pool = urllib3.PoolManager(retries=False)
    return lambda: pool.request("POST", f"{url}/mock/send", body=order(), headers=HEADERS).json()


def with_ours(url: str) -> Callable[[], object]:
    client = HttpClient(url)
    headers = {"Authorization": "Bearer t"}
    return lambda: client.exchange(
        "bench", "POST", "/mock/send", headers=headers, json=orjson.loads(order())
    ).fields()


@contextmanager
def simulator() -> Iterator[str]:
    argv = [sys.executable, "-m", "gateways.simulator"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def health(url: str) -> dict[str, float]:
    return HttpClient(url).exchange("health", "GET", "/healthz").fields()


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:40} {value:12,.2f}")
