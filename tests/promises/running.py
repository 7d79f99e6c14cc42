"""A soak at the size of every run, as the process that it is: it needs servers that it may crash."""

import json
import os
import subprocess
import sys
from typing import Any

# A soak is a process without a tracer: it measures time, and every line that it runs has a test of its own.
OURS = {
    "COVERAGE_PROCESS_CONFIG",
    "COVERAGE_PROCESS_START",
    "AUDIT_ANCHOR",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SECRETS_KEYS",
    "ENVIRONMENT",
    "DJANGO_SETTINGS_MODULE",
}
PATIENCE = 120  # seconds


def figures_of(name: str, *, messages: int, seed: int = 3) -> dict[str, Any]:
    """What it measured; fails with all of it when a figure does not pass its bar."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    argv = [sys.executable, "-m", "tests.soak", name, "--messages", str(messages), "--seed", str(seed)]
    done = subprocess.run(
        argv, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.stdout, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert figures["missed"] == [], figures
    assert (figures["passed"], done.returncode) == (True, 0)
    return figures
