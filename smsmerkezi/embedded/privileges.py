"""PostgreSQL refuses to run as root. How to drop privileges without adding users or opening any folder."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

CANDIDATES = ("postgres", "nobody")
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--")


class Mode(StrEnum):
    """The ways, in the order in which they are tried."""

    SELF = "self"  # not root: nothing to drop
    USER = "user"  # setuid to an existing unprivileged user
    NAMESPACE = "namespace"  # a user namespace in which root is nobody
    COPY = "copy"  # as USER, with the programs copied beside the data
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user of this machine."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Drop:
    """How to start a program with fewer rights: a prefix for its command line, or a user to become."""

    mode: Mode = Mode.SELF
    prefix: tuple[str, ...] = ()
    account: Account | None = None

    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess`."""
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hand a file or folder of ours to the user the program will run as."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def choose(*, euid: int, owner: int | None, data: bool, programs: bool, namespaces: bool) -> Mode:
    """Pick the way. `owner` is who owns existing data (None: there is none); `data` and `programs` say
    whether the unprivileged user can reach them. Existing data keeps its owner, so its way does not change.
    """
    if euid != 0:
        return Mode.SELF
    if owner == 0:
        return Mode.NAMESPACE if namespaces else Mode.NONE
    if data and programs:
        return Mode.USER
    if owner is None and namespaces:
        return Mode.NAMESPACE
    return Mode.COPY if data else Mode.NONE


def account(*, owner: int | None = None) -> Account | None:
    """The user who owns the data already, else the first candidate this machine has."""
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid > 0 and owner in (None, 0, entry.pw_uid):
            return Account(name, entry.pw_uid, entry.pw_gid)
    return None


def reachable(path: Path, user: Account) -> bool:
    """Whether `user` may enter every folder down to `path`, and enter or execute `path` itself."""
    path = path.resolve()
    try:
        return all(_executable(part, user) for part in (path, *path.parents))
    except OSError:
        return False


def _executable(path: Path, user: Account) -> bool:
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid == user.uid:
        mode >>= 6
    elif found.st_gid == user.gid:
        mode >>= 3
    return bool(mode & stat.S_IXOTH)


def namespaces_work() -> bool:
    """Whether this kernel (or container) lets us make a user namespace."""
    if not shutil.which(NAMESPACE[0]):
        return False
    done = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False)
    return done.returncode == 0
