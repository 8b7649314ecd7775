import sys

import pytest

from stickdance.tools.jobs import worker
from stickdance.tools.jobs.queue import Jobs

# A process of a job with a command of the test's own: the lock, the log and the ending are real.
PROCESS = """
import sys, time
from pathlib import Path
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.progress import Work, note
from stickdance.checkpoints.stopping import resumable
from stickdance.tools import cli
from stickdance.tools.jobs import process

def command(words):
    place = Path.cwd()
    with (place / "began").open("a") as file:
        file.write(words[-4] + "\\n")
    note("stage 1 of 1: wait")
    with Work("waiting", 100) as work:
        work.advance(25)
        while (place / f"wait-{words[-4]}").exists():
            time.sleep(0.02)
    if (place / f"fail-{words[-4]}").exists():
        raise BadInput("song.mp3: is silent")
    Path(words[-1]).write_text('{"video": "made.mp4"}')
    return 0

cli.run = command
process.main(Path(sys.argv[1]))
"""


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """A queue whose jobs wait for files, in processes of their own."""
    script = tmp_path / "process.py"
    script.write_text(PROCESS)
    popen = worker.subprocess.Popen

    def started(command, **options):
        return popen([sys.executable, str(script), command[-1]], **options)

    monkeypatch.setattr(worker.subprocess, "Popen", started)
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 0.02)
    return Jobs(tmp_path / "jobs")
