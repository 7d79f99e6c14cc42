"""`python -m tests.coverage_gate coverage.json`: credit and sending are tested to the last branch, or this fails."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FULL = ("billing/", "messaging/sms/")


def gaps(report: Mapping[str, Any]) -> dict[str, str]:
    """Each file below FULL that is not covered whole, with its lines and branches that are not."""
    return {
        path: f"lines {measured['missing_lines']}, branches {measured['missing_branches']}"
        for path, measured in sorted(report["files"].items())
        if path.startswith(FULL) and (measured["missing_lines"] or measured["missing_branches"])
    }


def main() -> int:
    """Print the gaps; 1 if there are any."""
    found = gaps(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    for path, missing in found.items():
        sys.stderr.write(f"{path} must be covered whole, but is not: {missing}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
