"""The data folder: made with care for who may look in, and held by one run at a time."""

import fcntl
import os
from pathlib import Path
from typing import Any

from smsmerkezi.embedded.errors import CannotStart

_held: dict[Path, Any] = {}


def claim(folder: Path) -> Path:
    """Make `folder` if need be and hold it until this process ends; raises CannotStart if another run has it.

    As root others may pass through (the database's user must), but not list it; what is secret in it is 0600.
    """
    folder = folder.resolve()
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    lock = (folder / ".lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        raise CannotStart(
            f"{folder} is in use by process {lock.read().strip() or 'unknown'}; stop it first."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    _held[folder] = lock  # closing the file would let go of it
    return folder
