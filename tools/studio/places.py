"""Where the studio keeps everything: the workspace, a folder of the user's own."""

from pathlib import Path

JOBS = "jobs"


def default_workspace() -> Path:
    """Return the folder `stickdance` in the user's home."""
    return Path.home() / "stickdance"
