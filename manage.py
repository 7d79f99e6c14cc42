#!/usr/bin/env python
"""Django's command line. `demo` makes the settings itself, so it runs before Django reads them."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smsmerkezi.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)
        os.execv(sys.executable, [sys.executable, "-m", "smsmerkezi.demo", *sys.argv[2:]])  # noqa: S606
    execute_from_command_line(sys.argv)
