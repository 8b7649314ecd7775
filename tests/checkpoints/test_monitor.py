import errno
import threading

import pytest
import torch

from stickdance.checkpoints.budget import Budget
from stickdance.checkpoints.errors import OutputFailed
from stickdance.checkpoints.monitor import Monitor, Watching


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def scalars(folder) -> dict[str, list[float]]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder))
    found.Reload()
    return {
        "images": found.Tags()["images"],
        **{tag: [event.value for event in found.Scalars(tag)] for tag in found.Tags()["scalars"]},
    }


def test_losses_rates_and_pictures_lie_ready_for_tensorboard(tmp_path):
    curves = {}
    monitor = Monitor(tmp_path, Budget(1.0, 10, steps=4), curves)
    monitor.after_step({"l1": 1.0})
    monitor.after_step({"l1": 3.0})
    monitor.setting("rate/generator", 0.25)
    monitor.show("samples", torch.rand(3, 8, 8))
    monitor.note("validation_psnr", 20.0)
    monitor.close()
    told = scalars(tmp_path)
    assert told["rate/generator"] == [0.25]
    assert told["loss/l1"] == [2.0]
    assert told["images"] == ["samples"]
    assert {name: points[0][1] for name, points in curves.items()} == {
        "l1": 2.0,
        "validation_psnr": 20.0,
    }


@pytest.mark.parametrize("method", ["add_scalar", "add_image", "close"])
def test_a_full_disk_is_said_with_the_folder(tmp_path, monkeypatch, method):
    monitor = Monitor(tmp_path, Budget(1.0, 10), {})
    monkeypatch.setattr(monitor._writer, method, full)
    with pytest.raises(OutputFailed, match=f"{tmp_path.name}.*free some space"):
        monitor.setting("rate", 1.0)
        monitor.show("samples", torch.rand(3, 8, 8))
        monitor.close()


def test_a_disk_that_fills_while_a_thread_writes_shows_no_traceback(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr("threading.excepthook", threading.__excepthook__)
    monitor = Monitor(tmp_path, Budget(1.0, 10), {})
    records = monitor._writer._get_file_writer().event_writer._async_writer._worker._record_writer
    monkeypatch.setattr(records, "write", full)
    with pytest.raises(OutputFailed, match=f"{tmp_path.name}.*free some space"):
        monitor.show("samples", torch.rand(3, 8, 8))
        monitor.close()
    assert "Traceback" not in capfd.readouterr().err


def test_who_is_not_watched_answers_to_the_same_calls():
    silent = Watching()
    silent.after_step({"l1": 1.0})
    silent.note("l1", 1.0)
    silent.setting("rate", 1.0)
    silent.show("samples", torch.rand(3, 8, 8))
    silent.close()
