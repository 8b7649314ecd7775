import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from stickdance.checkpoints.errors import MissingDependency, UsageError
from stickdance.synth.training import distributed as processes
from stickdance.synth.training.distributed import ALONE, joined


def in_two_processes(code: str, folder: Path) -> list[str]:
    """Run code in two processes started by torchrun; return what each printed."""
    script = folder / "script.py"
    script.write_text(textwrap.dedent(code))
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command += ["--redirects=3", f"--log-dir={folder / 'log'}", str(script)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    logs = sorted((folder / "log").rglob("stdout.log"))
    assert done.returncode == 0, done.stderr[-3000:]
    return [log.read_text() for log in logs]


def test_one_process_alone_averages_nothing_and_loads_no_fabric(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    together, device = joined("cpu")
    assert together is ALONE
    assert device == torch.device("cpu")
    tensor = torch.arange(3.0)
    together.average([tensor])
    assert tensor.tolist() == [0, 1, 2]
    assert together.leads
    assert together.mean({"l1": 2.0}) == {"l1": 2.0}
    assert together.greatest([1.0, 5.0]) == [1.0, 5.0]
    with pytest.raises(KeyError), together.all_or_none():
        raise KeyError


def test_more_processes_than_devices_are_refused(monkeypatch):
    for name, value in (("TORCHELASTIC_RUN_ID", "x"), ("WORLD_SIZE", "2")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    monkeypatch.setattr(processes, "choose_device", lambda _: torch.device("mps"))
    with pytest.raises(UsageError, match="--device mps: 1 there, 2 processes on this machine"):
        joined("mps")


def test_many_tensors_are_averaged_in_groups_of_a_limited_size(monkeypatch):
    monkeypatch.setattr(processes, "_AT_ONCE", 10)
    tensors = [torch.zeros(size) for size in (4, 4, 4, 1, 20, 3)]
    groups = [[len(each) for each in group] for group in processes._grouped(tensors)]
    assert groups == [[4, 4, 4], [1, 20], [3]]


@pytest.mark.slow  # starts torchrun, as the training of two processes does too
def test_two_processes_average_agree_and_stop_together(tmp_path):
    said = in_two_processes(
        """
        import torch
        from stickdance.checkpoints.errors import LeftAlone
        from stickdance.synth.training.distributed import joined

        together, device = joined("cpu")
        rank = together.rank
        tensors = [torch.full((2, 3), float(rank)), torch.tensor([10.0 * rank])]
        together.average(tensors)
        assert [each.unique().tolist() for each in tensors] == [[0.5], [5.0]]
        assert tensors[0].shape == (2, 3)
        assert together.mean({"a": rank, "b": 4.0}) == {"a": 0.5, "b": 4.0}
        assert together.greatest([rank, -rank]) == [1.0, 0.0]
        with together.all_or_none():
            pass
        try:
            with together.all_or_none():
                if rank == 1:
                    raise KeyError("mine")
        except KeyError:
            print("own failure", together.leads)
        except LeftAlone as error:
            print(error, together.leads)
        """,
        tmp_path,
    )
    assert said[0].strip() == "process 1 of 2: stops, because another one failed True"
    assert said[1].strip() == "own failure False"


def test_several_processes_need_fabric_and_say_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    with pytest.raises(MissingDependency, match=r"pip install 'stickdance\[distributed\]'"):
        processes._fabric("cpu", 2, 1)
