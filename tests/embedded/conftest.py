import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder every user may pass through (pytest's own are private to their owner)."""
    place = Path(tempfile.mkdtemp(prefix="smsmerkezi-"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def private(home: Path) -> Path:
    """A folder only its owner may enter, as root's home is."""
    place = home / "private"
    place.mkdir(mode=0o700)
    return place


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="privileges are dropped by root only")
