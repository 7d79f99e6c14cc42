"""Files only their owner may read, written whole or not at all."""

import os
import secrets
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


def kept(path: Path) -> str:
    """The secret at `path`, made on first use."""
    if not path.exists():
        write(path, secrets.token_urlsafe(32))
    return path.read_text().strip()
