import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.jobs.queue import Jobs

pytestmark = [
    pytest.mark.slow,  # ten programs, one after another
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc"),
]
MOST_GROWN = 16_000  # kilobytes


def memory_of(pid):
    """Kilobytes that a process has in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def test_ten_jobs_all_end_and_whoever_does_them_does_not_grow(tmp_path):
    write_song(compose(1, seconds=8, tempo=120), tmp_path / "song.wav")
    jobs = Jobs(tmp_path / "jobs")
    for number in range(10):
        words = ["choreograph", "song.wav", "--output", f"dance{number}", "--no-preview"]
        jobs.add([*words, "--seed", str(number)], str(number), tmp_path)
    command = [sys.executable, "-m", "stickdance.tools.cli", "jobs", "work"]
    worker = subprocess.Popen([*command, "--workspace", str(tmp_path)], stdout=subprocess.DEVNULL)
    grown = []
    while worker.poll() is None:
        done = sum(job.is_over for job in jobs.all())
        if 2 <= done < 10 and os.path.exists(f"/proc/{worker.pid}/status"):
            grown.append(memory_of(worker.pid))
        time.sleep(0.2)
    assert worker.returncode == 0
    assert [job.state for job in jobs.all()] == ["done"] * 10
    assert all(
        (tmp_path / f"dance{number}" / "choreography.json").is_file() for number in range(10)
    )
    assert max(grown) - grown[0] < MOST_GROWN
