"""A PostgreSQL server of our own in one folder: made once, started, stopped, and found after a crash."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from smsmerkezi.embedded import binaries, privileges, processes, secret_files
from smsmerkezi.embedded.errors import USE_YOUR_OWN, CannotStart
from smsmerkezi.embedded.privileges import Drop, Mode

NAME = "smsmerkezi"  # of our role, which owns its database and obeys row-level security, and of that database
SUPERUSER = "postgres"  # for backups and surgery; the application never connects as it
ATTEMPTS = 5  # another program may take the port, or a killed server's sessions still be ending
PAUSE = 0.25
START_SECONDS = 120  # crash recovery of a large log can take its time

# Small and durable. Errors are the application's to report: the server's log would show the values in them.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be at most 107 bytes; a data folder's need not
    "max_connections": "60",
    "shared_buffers": "32MB",  # the system caches files anyway; this counts as ours
    "work_mem": "4MB",
    "maintenance_work_mem": "16MB",
    "huge_pages": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_worker_processes": "2",
    "max_logical_replication_workers": "0",
    "max_wal_senders": "0",
    "autovacuum_max_workers": "1",
    "autovacuum_naptime": "5s",  # tables that grow by thousands a second get plans of their size before long
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "min_wal_size": "160MB",
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "10s",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# One statement a line, as single-user mode reads them. CREATEDB is for the tests' own databases.
ROLE = "CREATE ROLE {name} LOGIN CREATEDB PASSWORD '{password}'\nCREATE DATABASE {name} OWNER {name}\n"
SINCE_18 = {"io_method": "sync"}  # no extra processes for reading ahead


class Passwords(NamedTuple):
    ours: str
    superuser: str


@dataclass(slots=True)
class Server:
    """A running PostgreSQL."""

    process: subprocess.Popen[bytes]
    url: str
    superuser_url: str
    port: int
    mode: Mode

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return self.process.poll()

    def ask(self) -> None:
        """Tell it to end, without waiting."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def stop(self) -> None:
        """Fast shutdown: sessions are cut, everything committed is on disk."""
        processes.stop(self.process, first=signal.SIGINT, seconds=20)


def start(home: Path, *, port: int | None = None, installation: binaries.Postgres | None = None) -> Server:
    """Start the server whose data live in `home`/data, making them on the first call.

    Whatever an earlier, killed run left behind is cleared first. Without `port` it takes the last
    one, if that is free. Raises CannotStart with a sentence.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    installation, drop = _with_rights(installation or binaries.postgres(), home)
    password, masters = (secret_files.kept(home / name) for name in ("password", "superuser-password"))
    data = home / "data"
    _clear_leftovers(data)
    if not data.exists():
        _create(installation, drop, data, Passwords(password, masters))
    _refuse_other_version(data, installation)
    process, port = _launch(installation, drop, home, port)
    place = f"127.0.0.1:{port}/{NAME}"
    ours, theirs = f"postgres://{NAME}:{password}@{place}", f"postgres://{SUPERUSER}:{masters}@{place}"
    return Server(process, ours, theirs, port, drop.mode)


def _with_rights(installation: binaries.Postgres, home: Path) -> tuple[binaries.Postgres, Drop]:
    owner = (home / "data").stat().st_uid if (home / "data").exists() else None
    user = privileges.account(owner=owner)
    mode = privileges.choose(
        euid=os.geteuid(),
        owner=owner,
        data=user is not None and privileges.reachable(home, user),
        programs=user is not None and privileges.reachable(installation.bin / "postgres", user),
        namespaces=os.geteuid() == 0 and privileges.namespaces_work(),
    )
    if mode is Mode.NONE:
        raise CannotStart(
            f"PostgreSQL does not run as root, and no ordinary user here can reach {home}. {USE_YOUR_OWN}"
        )
    if mode is Mode.NAMESPACE:
        return installation, Drop(mode, prefix=privileges.NAMESPACE)
    if mode is Mode.COPY:
        installation = _copied(installation, home / "programs")
    return installation, Drop(mode, account=None if mode is Mode.SELF else user)


def _copied(installation: binaries.Postgres, target: Path) -> binaries.Postgres:
    if not target.exists():
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        for part in installation.parts:
            if (installation.base / part).exists():
                shutil.copytree(installation.base / part, draft / part)
        draft.chmod(0o755)
        draft.replace(target)
    return installation.at(target)


def _create(installation: binaries.Postgres, drop: Drop, data: Path, passwords: Passwords) -> None:
    """Make the data in a draft folder and rename it when whole, so a kill leaves nothing half done."""
    draft = data.with_name("data.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    drop.own(draft)
    pwfile = draft.with_name(".pwfile")
    secret_files.write(pwfile, passwords.superuser)
    drop.own(pwfile)
    try:
        _run(drop, [installation.bin / "initdb", *_initdb_options(installation.major, draft, pwfile)])
    finally:
        pwfile.unlink()
    single: list[str | Path] = [
        installation.bin / "postgres",
        "--single",
        "-D",
        draft,
        "-c",
        "log_min_messages=warning",
    ]
    _run(drop, [*single, "postgres"], text=ROLE.format(name=NAME, password=passwords.ours))
    draft.replace(data)


def _initdb_options(major: int, data: Path, pwfile: Path) -> list[str]:
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return [
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        f"--pwfile={pwfile}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
        *(builtin if major >= 17 else ["--locale=C.UTF-8"]),
    ]


def _run(drop: Drop, argv: list[str | Path], *, text: str = "") -> None:
    done = subprocess.run(
        [*drop.prefix, *map(str, argv)],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        **drop.popen(),
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise CannotStart(f"{Path(argv[0]).name} failed: {said}\n{USE_YOUR_OWN}")


def _refuse_other_version(data: Path, installation: binaries.Postgres) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(installation.major):
        raise CannotStart(
            f"The data in {data} were made by PostgreSQL {made_by}; only {installation.major} is installed. "
            f"Install {made_by}, or move that folder away to begin anew."
        )


def _launch(
    installation: binaries.Postgres, drop: Drop, home: Path, wanted: int | None
) -> tuple[subprocess.Popen[bytes], int]:
    data, log = home / "data", home / "postgres.log"
    program: list[str | Path] = [*drop.prefix, installation.bin / "postgres", "-D", data]
    for attempt in range(ATTEMPTS):
        time.sleep(attempt * PAUSE)
        port = wanted or processes.kept_port(home / "port")
        options = _options(installation.major, port)
        process = processes.spawn(
            [*program, *options], log=log, orphaned=signal.SIGINT, cwd="/", **drop.popen()
        )
        if _became_ready(process, data):
            return process, port
        processes.stop(process, first=signal.SIGQUIT)
    raise CannotStart(
        f"PostgreSQL did not start. Its log, {log}, ends with:\n{processes.tail(log)}\n{USE_YOUR_OWN}"
    )


def _became_ready(process: subprocess.Popen[bytes], data: Path) -> bool:
    processes.wait_until(
        lambda: process.poll() is not None or _ready(data, process.pid), seconds=START_SECONDS
    )
    return process.poll() is None and _ready(data, process.pid)


def _options(major: int, port: int) -> list[str]:
    settings = SETTINGS | (SINCE_18 if major >= 18 else {}) | {"port": str(port)}
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _ready(data: Path, pid: int) -> bool:
    """The server writes its state into the eighth line of its pid file; pg_ctl reads it there, too."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _clear_leftovers(data: Path) -> None:
    """Stop a server that a killed run left on these data; forget a pid file whose number is another's now."""
    pidfile = data / "postmaster.pid"
    pid = processes.read_number(pidfile)
    if pid is not None and _serves(pid, data):
        processes.stop_orphan(pid, first=signal.SIGINT)
    if pidfile.exists() and not (pid and _serves(pid, data)):
        pidfile.unlink()


def _serves(pid: int, data: Path) -> bool:
    shown = processes.command(pid)
    return "postgres" in shown and f"-D {data} " in f"{shown} "
