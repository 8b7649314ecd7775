"""Several processes train as one: really started by torchrun, on CPUs."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from stickdance.checkpoints.state import load_state
from stickdance.synth.performer.performer import Performer

TRAINING = """
    import json, os, signal, sys
    from pathlib import Path
    import torch
    from stickdance.capture.take.take import Take
    from stickdance.checkpoints.state import STATE
    from stickdance.synth.training.step import Optimisation
    from stickdance.synth.training.distributed import follows
    from stickdance.synth.training.trainer import train
    from stickdance.synth.training.options import TrainingOptions

    torch.set_num_threads(1)
    real, name = Optimisation.step, sys.argv[1]
    stop_at = int(os.environ.get("STOP_AT", 0))

    def step(self, batch, share):
        losses = real(self, batch, share)
        with open(f"{name}.{os.environ.get('RANK', 0)}.jsonl", "a") as file:
            print(json.dumps(losses | {"samples": len(batch["stick"])}), file=file)
        if self.steps == stop_at and (follows() or self.processes.count == 1):
            signal.raise_signal(signal.SIGTERM)  # in one process alone
        return losses

    Optimisation.step = step
    options = TrainingOptions(
        steps=int(os.environ["STEPS"]), size=(64, 64), device="cpu", batch=4, validate_steps=4,
        patience=9, validation=0.2, preview_seconds=0, precision="float32",
    )
    train(Take.load(Path(os.environ["TAKE"])), Path(name), options)
"""
TOGETHER = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]


@pytest.fixture
def trained(tiny_take, tmp_path):
    """Give a function that trains in one or two processes and returns how that ended."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(TRAINING))

    def run(name: str, launcher: list[str], **environment: str):
        settings = {"OMP_NUM_THREADS": "1", "TAKE": str(tiny_take.path)}
        return subprocess.run(
            [sys.executable, *launcher, str(script), name],
            cwd=tmp_path, env=os.environ | settings | environment, capture_output=True, text=True,
            timeout=300,
        )  # fmt: skip

    return run


def losses(folder: Path, name: str, rank: int = 0) -> list[dict[str, float]]:
    lines = (folder / f"{name}.{rank}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_two_processes_train_as_one_does_with_the_whole_batch(trained, tmp_path):
    for name, launcher in (("one", []), ("two", TOGETHER)):
        done = trained(name, launcher, STEPS="12")
        assert done.returncode == 0, done.stderr[-2000:]
    one, two = losses(tmp_path, "one"), losses(tmp_path, "two")
    assert [step["samples"] for step in one] == [4] * 12
    assert [step["samples"] for step in two] == [2] * 12
    for alone, together in zip(one[:7], two[:7], strict=True):
        assert together == pytest.approx(alone | {"samples": 2}, rel=1e-3)
    # Rounding grows from step to step, so later on the curves as a whole are compared.
    for name in ("l1", "structure", "texture", "matte"):
        alone, together = (sum(step[name] for step in each) for each in (one, two))
        assert together == pytest.approx(alone, rel=0.01)
    follower = losses(tmp_path, "two", rank=1)
    assert [step["l1"] for step in follower] == [step["l1"] for step in two]
    about = Performer.load(tmp_path / "two", "cpu").training
    assert about["machine"].endswith("2 processes together")


@pytest.mark.slow
def test_a_stop_of_one_process_stops_both_and_both_carry_on(trained, tmp_path):
    assert trained("unbroken", TOGETHER, STEPS="12").returncode == 0
    assert trained("broken", TOGETHER, STEPS="12", STOP_AT="7").returncode != 0
    assert load_state(tmp_path / "broken.training").about["steps"] == 7
    assert not (tmp_path / "broken").exists()
    done = trained("broken", TOGETHER, STEPS="12")
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr.count("carries on after 7 steps") == 1
    assert losses(tmp_path, "broken") == losses(tmp_path, "unbroken")
