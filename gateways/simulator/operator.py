"""One send from the wire to the book, with everything that can go wrong on the way."""

import asyncio
from collections.abc import Callable

from gateways.simulator import faults
from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, World
from gateways.simulator.fate import HANGS, ends_with
from gateways.simulator.http import Exchange, Request, answer
from gateways.simulator.push import Push

HTML = b"<!doctype html><title>Bakim</title><p>Sistem bakimda.</p>"


class Operator:
    def __init__(self, world: World, push: Push) -> None:
        self.world = world
        self.push = push

    def send(self, dialect: Dialect, order: Order, request: Request, exchange: Exchange) -> None:
        fault = self.world.faults.draw(request.path)
        if fault in faults.BEFORE:
            self._refuse(dialect, fault, exchange)
            return
        later(self.world.faults.lag(), lambda: self._accept(dialect, order, fault, exchange))

    def _refuse(self, dialect: Dialect, fault: str, exchange: Exchange) -> None:
        if fault == "reset_before":
            exchange.reset()
        elif fault == "throttle":
            exchange.reply(dialect.throttled())
        elif fault == "error_body":
            exchange.reply(dialect.error_body())
        else:
            exchange.reply(answer(500, HTML, "text/html"))

    def _accept(self, dialect: Dialect, order: Order, fault: str, exchange: Exchange) -> None:
        earlier = self.world.book.first(order.ref) if dialect.drops_repeats else None
        if earlier is not None:
            exchange.reply(dialect.repeated(order, earlier))
            return
        n = self.world.book.add(dialect.vendor, order)
        self.push.expect(n, order.push_url)
        hangs = fault == "hang" or ends_with(order.msisdns, HANGS)
        if not hangs and not exchange.transport.is_closing():
            self._answer(dialect, order, n, fault, exchange)

    def _answer(self, dialect: Dialect, order: Order, n: int, fault: str, exchange: Exchange) -> None:
        latency = self.world.faults.latency_ms / 1000
        words = dialect.misnamed(order) if fault == "wrong_id" else dialect.accepted(order, n)
        break_off = BROKEN.get(fault, Exchange.reply)
        later(latency, lambda: break_off(exchange, words))


def later(seconds: float, act: Callable[[], None]) -> None:
    if seconds > 0:
        asyncio.get_running_loop().call_later(seconds, act)
    else:
        act()


BROKEN: dict[str, Callable[[Exchange, bytes], None]] = {
    "reset": lambda exchange, _: exchange.reset(),
    "error": lambda exchange, _: exchange.reply(answer(500, HTML, "text/html")),
    "cut_body": lambda exchange, words: exchange.last_words(words[:-5]),
    "invalid_json": lambda exchange, _: exchange.reply(answer(200, b'{"code": "00", "id')),
    "html": lambda exchange, _: exchange.reply(answer(200, HTML, "text/html")),
    "drip": lambda exchange, words: exchange.drip(words),
}
