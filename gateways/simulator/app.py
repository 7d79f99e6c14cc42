"""The simulator put together: one port, all dialects, one book."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from gateways.simulator import dialects
from gateways.simulator.book import Book
from gateways.simulator.control import Control
from gateways.simulator.dialect import Question, World
from gateways.simulator.faults import Faults
from gateways.simulator.http import Exchange, Request, answer
from gateways.simulator.operator import Operator, later
from gateways.simulator.push import Push

BOOK = "book.jsonl"
To = TypeVar("To")


class Simulator:
    def __init__(self, *, port: int = 0, folder: Path | None = None, seed: int = 1) -> None:
        self.port = port
        self._world = World(Book(folder / BOOK if folder else None))
        self._world.faults = Faults(seed=seed)
        spoken = dialects.all_of(self._world)
        self._push = Push(self._world, {dialect.vendor: dialect for dialect in spoken})
        self._operator = Operator(self._world, self._push)
        self._sends = {path: (dialect, read) for dialect in spoken for path, read in dialect.sends.items()}
        self._questions = {path: ask for dialect in spoken for path, ask in dialect.questions.items()}
        self._prefixes = {path: ask for dialect in spoken for path, ask in dialect.prefixes.items()}
        self._sends |= _plain(self._sends)
        self._questions |= _plain(self._questions)
        self._control = Control(self._world, self._push, self._close_port, seed).endpoints
        self._connections: set[Exchange] = set()
        self._server: asyncio.Server | None = None

    async def run(self, started: Callable[[int], None] = lambda _: None) -> None:
        """Serve until cancelled."""
        await self._listen()
        started(self.port)
        await self._push.run()

    def handle(self, request: Request, exchange: Exchange) -> None:
        try:
            self._route(request, exchange)
        except (KeyError, ValueError, TypeError):  # a request of the wrong shape
            exchange.reply(answer(400, {"error": "invalid", "message": "invalid", "code": "70"}))

    def _route(self, request: Request, exchange: Exchange) -> None:
        if request.path in self._sends:
            dialect, read = self._sends[request.path]
            order = read(request)
            if isinstance(order, bytes):
                exchange.reply(order)
            else:
                self._operator.send(dialect, order, request, exchange)
        elif question := self._questions.get(request.path) or self._prefixed(request.path):
            self._ask(question, request, exchange)
        else:
            endpoint = self._control.get((request.method, request.path))
            exchange.reply(endpoint(request) if endpoint else answer(404, {"error": "no such path"}))

    def _prefixed(self, path: str) -> Question | None:
        return next((ask for prefix, ask in self._prefixes.items() if path.startswith(prefix)), None)

    def _ask(self, question: Question, request: Request, exchange: Exchange) -> None:
        faults = self._world.faults
        if faults.happens(faults.lookup_error):
            exchange.reply(answer(503, {"error": "busy"}))
            return
        told = question(request)
        later(faults.latency_ms / 1000, lambda: exchange.reply(told))

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Exchange(self.handle, self._connections), "127.0.0.1", self.port, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def _close_port(self, seconds: float) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for connection in list(self._connections):
            connection.reset()
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: self._keep(loop.create_task(self._listen())))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._reopening = task  # a task that nobody holds may be collected


def _plain(paths: dict[str, To]) -> dict[str, To]:
    """`/mock/send` is class B, where nobody says otherwise."""
    return {path.replace("/mock/b/", "/mock/"): to for path, to in paths.items() if "/mock/b/" in path}


def serve(*, port: int, folder: Path | None, seed: int, started: Callable[[int], None]) -> None:
    simulator = Simulator(port=port, folder=folder, seed=seed)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(simulator.run(started))
