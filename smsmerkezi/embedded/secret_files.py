"""Secrets made on first use: files only their owner may read, written whole or not at all."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put `text` at `path`, mode 0600, atomically and durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def password() -> str:
    """A new secret that needs no quoting in a URL or a configuration file."""
    return secrets.token_urlsafe(32)


def fernet_key() -> str:
    """A new key for credentials at rest."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def kept(path: Path, make: Callable[[], str] = password) -> str:
    """The secret at `path`, made on first use."""
    if not path.exists():
        write(path, make())
    return path.read_text().strip()


def settings(folder: Path) -> dict[str, str]:
    """The two settings that are secrets, the same on every start from `folder`."""
    return {
        "SECRET_KEY": kept(folder / "secret_key"),
        "SECRETS_KEYS": kept(folder / "secrets_keys", fernet_key),
    }
