"""One harness for all vendors: a server that says one thing, a gateway that is pointed at it, and what was asked."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from gateways.base import Gateway
from tests.gateways import hostile

CREDENTIALS = {
    "token": "t",
    "username": "8501234567",
    "password": "p",
    "api_token": "t",
    "key": "k",
    "hash": "h",
}


@dataclass
class Asked:
    """The requests that reached the vendor, taken apart."""

    server: hostile.Server

    @property
    def lines(self) -> list[str]:
        return [request.split(b"\r\n", 1)[0].decode() for request in self.server.requests]

    @property
    def paths(self) -> list[str]:
        return [line.split()[1].partition("?")[0] for line in self.lines]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in self.server.requests]

    @property
    def forms(self) -> list[dict[str, str]]:
        bodies = [request.partition(b"\r\n\r\n")[2].decode() for request in self.server.requests]
        return [{name: values[0] for name, values in parse_qs(body).items()} for body in bodies]

    @property
    def queries(self) -> list[dict[str, str]]:
        queries = [line.split()[1].partition("?")[2] for line in self.lines]
        return [{name: values[0] for name, values in parse_qs(query).items()} for query in queries]

    def headers(self, name: str) -> list[str]:
        found = []
        for request in self.server.requests:
            head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
            found.append(fields.get(name, ""))
        return found


@contextmanager
def vendor(
    kind: type[Gateway], *answers: Any, status: int = 200, **options: Any
) -> Iterator[tuple[Gateway, Asked]]:
    """`kind` against these answers, one a request, the last one for ever. Dicts are sent as JSON."""
    raw = [hostile.answer(_body(each), status=f"{status} Answer") for each in answers]
    with hostile.server(hostile.saying(*raw)) as server:
        yield gateway(kind, server.url, **options), Asked(server)


def gateway(kind: type[Gateway], url: str, **options: Any) -> Gateway:
    return kind(base_url=url, credentials=CREDENTIALS, options={"timeout": 0.5, **options})


def _body(each: Any) -> bytes:
    if isinstance(each, bytes):
        return each
    return json.dumps(each).encode() if isinstance(each, Mapping | list) else str(each).encode()
