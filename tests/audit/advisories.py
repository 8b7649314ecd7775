"""Known faults in the versions that are installed, by pip-audit, where a database is at hand.

    python tests/audit/advisories.py

Exit status 1 where there are some; without a network nothing is compared, which is said and is no
failure.
"""

import json
import subprocess
import sys

SECONDS = 300


def answer() -> str:
    """Return what pip-audit answers as JSON; "" where it reaches no database."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--skip-editable"]
    try:
        run = subprocess.run(
            [*command, "--progress-spinner", "off", "--timeout", "10"],
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return ""
    return run.stdout if run.stdout.lstrip().startswith("{") else ""


def told(text: str) -> tuple[list[str], int]:
    """Return lines about an answer, and how many advisories it has."""
    if not text:
        return ["no database of advisories could be reached: versions were not compared"], 0
    packages = json.loads(text)["dependencies"]
    lines = [
        f"{one['name']} {one['version']}: {each['id']}, mended in "
        f"{', '.join(each['fix_versions']) or 'no version yet'}"
        for one in packages
        for each in one.get("vulns", ())
    ]
    return [f"{len(packages)} packages compared with known advisories", *lines], len(lines)


if __name__ == "__main__":
    lines, count = told(answer())
    print("\n".join(lines))
    sys.exit(min(1, count))
