"""Servers that misbehave, one TCP behaviour each, counting what reached them."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

Behaviour = Callable[["Server", socket.socket], None]


class Server:
    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []

    def run(self) -> None:
        while True:
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,))
            thread.start()
            self._threads.append(thread)

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(5)
        with sock, contextlib.suppress(OSError):
            self._behaviour(self, sock)

    def read(self, sock: socket.socket) -> bool:
        """One whole request; False at the connection's end."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                return False
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        marker = b"content-length: "
        at = head.lower().find(marker)
        size = int(head[at + len(marker) :].split(b"\r\n")[0]) if at >= 0 else 0
        while len(body) < size:
            body += sock.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return True

    def close(self) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(6)


@contextlib.contextmanager
def server(behaviour: Behaviour) -> Iterator[Server]:
    running = Server(behaviour)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield running
    finally:
        running.close()
        thread.join(5)


def saying(*answers: bytes, then_close: bool = False) -> Behaviour:
    """These raw answers, one a request, the last one for ever."""

    def behave(running: Server, sock: socket.socket) -> None:
        while running.read(sock):
            sock.sendall(answers[min(len(running.requests), len(answers)) - 1])
            if then_close:
                return

    return behave


def answer(body: bytes = b"{}", *, status: str = "200 OK", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %s\r\n%bContent-Length: %d\r\n\r\n" % (status.encode(), more, len(body)) + body


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])
