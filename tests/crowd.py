"""Many callers in the same moment, each with a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection

from smsmerkezi.core.errors import DomainError


def at_once(call: Callable[[int], Any], count: int) -> Counter:
    """What they were told: "done", or the refusal's code. A number of a status counts as itself."""
    gate, told = threading.Barrier(count), []

    def run(n: int) -> None:
        gate.wait()
        try:
            result = call(n)
            told.append(result if isinstance(result, int) else "done")
        except DomainError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == count, "a caller fell over"
    return Counter(told)
