"""Load by wrk: every request has a key and a number of its own."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime
from typing import NamedTuple

from smsmerkezi.embedded.errors import CannotStart

CONNECTIONS = 16
SCRIPT = """
local head, token, recipients, stamp = %(head)s, %(token)s, %(recipients)d, %(stamp)s
count, bad = 0, 0  -- not local: `done` asks each thread for them
local threads = {}
function setup(thread) table.insert(threads, thread) end
local function number()
  count = count + 1
  return string.format('"90532%%03d%%04d"', math.floor(count / 9000) %% 1000, 1000 + count %% 9000)
end
function request()
  local to = {}
  for i = 1, recipients do to[i] = number() end
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. token
  wrk.headers["Idempotency-Key"] = stamp .. count
  return wrk.format("POST", nil, nil, head .. table.concat(to, ",") .. ']}')
end
function response(status) if status ~= 202 then bad = bad + 1 end end
function done(summary, latency)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("bad") end
  local e = summary.errors
  io.write(string.format('{"requests":%%d,"seconds":%%f,"bad":%%d,"p50_ms":%%f,"p99_ms":%%f}\\n', summary.requests,
    summary.duration / 1e6, wrong + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""
SENDER = "SMSMERKEZI"
TEXT = "Merhaba, randevunuz yarin saat 14.30. Iptal icin bizi arayin."


class Load(NamedTuple):
    """What wrk saw. `bad` are answers other than 202 and broken connections."""

    requests: int
    seconds: float
    bad: int
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Accepted requests a second."""
        return (self.requests - self.bad) / self.seconds


def found() -> str:
    """The program; installed where Debian's apt can. Raises CannotStart with what to do."""
    if not shutil.which("wrk") and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-q", "wrk"], check=False, stdout=sys.stderr)
    program = shutil.which("wrk")
    if not program:
        raise CannotStart(
            "The load comes from wrk, which is not installed: apt install wrk (or brew install wrk)."
        )
    return program


def run(
    url: str, *, token: str = "", recipients: int = 1, seconds: float = 20, due: datetime | None = None
) -> Load:
    """Send for so long over 16 connections, for now or for a moment that is `due`."""
    fields = {"body": TEXT, "originator": SENDER, **({"scheduled_at": due.isoformat()} if due else {})}
    values = {
        "head": json.dumps(json.dumps(fields)[:-1] + ', "recipients": ['),
        "token": json.dumps(token),
        "recipients": recipients,
        "stamp": json.dumps(f"{time.time_ns():x}-"),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % values)
        script.flush()
        argv = [
            found(),
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds:g}s",
            "--timeout",
            "20s",
            "-s",
            script.name,
            url,
        ]
        told = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    return Load(**json.loads(told.splitlines()[-1]))


def warm(url: str, *, token: str = "") -> None:
    """Connections opened, statements prepared, modules loaded."""
    run(url, token=token, seconds=1)


def once(url: str, *, token: str, recipients: int) -> None:
    """One request. Raises urllib.error.HTTPError for anything but success."""
    fields = {"body": TEXT, "originator": SENDER, "recipients": numbers(recipients)}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(fields).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def many(url: str, count: int, *, token: str, recipients: int) -> None:
    """One request after the other."""
    for _ in range(count):
        once(url, token=token, recipients=recipients)


def numbers(count: int) -> list[str]:
    """Numbers of another block than the load's, without a fate of their own."""
    return [f"90533000{1000 + n:04d}" for n in range(count)]
