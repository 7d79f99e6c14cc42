"""The data folder: made with care for who may look in, and held by one run at a time."""

import fcntl
import os
from pathlib import Path
from typing import TextIO

from smsmerkezi.embedded.errors import CannotStart

_held: dict[Path, TextIO] = {}


def claim(folder: Path) -> Path:
    """Make `folder` if need be and hold it until this process ends; raises CannotStart if another run has it.

    As root others may pass through (the database's user must), but not list it; what is secret in it is 0600.
    """
    folder = folder.resolve()
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        lock = (folder / ".lock").open("a+")
    except OSError as problem:
        raise CannotStart(f"{folder} cannot be used: {problem.strerror}.") from problem
    _hold(lock, folder)
    _held[folder] = lock  # closing the file would let go of it
    return folder


def _hold(lock: TextIO, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise CannotStart(f"{folder} is in use by process {holder}; stop it first.") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
