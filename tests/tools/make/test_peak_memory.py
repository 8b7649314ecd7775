import subprocess
import sys
from pathlib import Path

from stickdance.tools.make import peak_memory
from stickdance.tools.make.peak_memory import peak_memory_mb

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import subprocess, sys
from stickdance.tools.make.peak_memory import peak_memory_mb
before, held = peak_memory_mb(), b"1" * (200 << 20)
del held
subprocess.run([sys.executable, "-c", ""])
print(peak_memory_mb() - before)
"""


def test_what_was_held_and_given_back_counts_once_and_not_for_children_too():
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 190 < float(done.stdout) < 230


def test_other_systems_tell_it_otherwise(monkeypatch, tmp_path):
    expected = peak_memory_mb()
    monkeypatch.setattr(peak_memory, "_STATUS", tmp_path / "absent")
    assert abs(peak_memory_mb() - expected) < 0.1 * expected
