import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.errors import (
    BadInput,
    ChangedOptions,
    InUse,
    OutOfMemory,
    OutputFailed,
    TrainingFailed,
    UsageError,
    WeightsAbsent,
)
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.state import STATE, load_state
from stickdance.synth.generators import catalog
from stickdance.synth.performer.card import SAMPLES
from stickdance.synth.performer.performer import Performer
from stickdance.synth.training import run as training_run
from stickdance.synth.training import trainer
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.settings import settled
from stickdance.synth.training.step import Optimisation
from stickdance.synth.training.trainer import train, training_folder

QUICK = TrainingOptions(
    steps=6,
    size=(32, 32),
    generator="pix2pixhd",
    device="cpu",
    batch=2,
    workers=0,
    preview_seconds=0,
)

pytestmark = pytest.mark.usefixtures("tiny_pix2pixhd")


def weights(folder: Path) -> dict[str, torch.Tensor]:
    """Return the performer's weights and all that the training would go on from."""
    learned = load_state(training_folder(folder)).tensors
    return {**load_file(folder / "weights.safetensors"), **learned}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def stopped_after(monkeypatch, steps: int) -> None:
    """Make the training stop, as by SIGKILL, once `steps` steps are done and saved."""
    real = Optimisation.step

    def step(self, batch, share):
        if self.steps == steps:
            raise SystemError("power cut")
        return real(self, batch, share)

    monkeypatch.setattr(Optimisation, "step", step)


def test_every_generator_of_the_catalogue_can_be_chosen_and_no_other():
    choices = TrainingOptions.__dataclass_fields__["generator"].type
    assert set(choices.__args__) == set(catalog.GENERATORS)


@pytest.mark.parametrize("generator", ["compact", "pix2pixhd"])
def test_training_lowers_the_loss_and_the_performer_can_be_loaded(tiny_take, tmp_path, generator):
    options = replace(QUICK, generator=generator, steps=12, size=(64, 64))
    trained = train(tiny_take, tmp_path / "anna", options)
    loaded = Performer.load(tmp_path / "anna", "cpu")
    assert loaded.size == (64, 64)
    assert trained.training["steps"] == 12
    assert loaded.body.height == tiny_take.body.height
    l1 = [value for _, value in loaded.curves["l1"]]
    assert len(l1) >= 1
    points = tiny_take.poses.points[-4:]
    frames = loaded.render(points, tiny_take.poses.confidence[-4:])
    assert frames.shape == (4, 64, 64, 3)
    assert (frames == trained.render(points, tiny_take.poses.confidence[-4:])).all()


def test_a_face_refiner_is_trained_and_kept_with_the_performer(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "anna", replace(QUICK, face="rival", steps=8))
    loaded = Performer.load(tmp_path / "anna", "cpu")
    assert loaded.numbers["face"] > 0
    assert sum(each.numel() for each in loaded.generator.face.parameters()) > 0
    assert "face_discriminator" in loaded.curves
    with pytest.raises(ChangedOptions, match="face"):
        train(tiny_take, tmp_path / "anna", replace(QUICK, face="off", steps=9))


def test_no_minutes_give_a_performer_of_the_persons_own_pixels(tiny_take, tmp_path):
    options = replace(QUICK, generator="compact", minutes=0.0, steps=None, size=(64, 64))
    performer = train(tiny_take, tmp_path / "anna", replace(options, preview_seconds=60))
    assert not (tmp_path / "anna.training" / "preview.mp4").exists()  # there is no time for it
    assert performer.training["steps"] == 0
    pose = tiny_take.poses.points[:1], tiny_take.poses.confidence[:1]
    painted = performer.render(*pose)[0].astype(float)
    warped = performer.appearance.paint(*pose)[0]
    inside = warped[..., 3] == 255
    assert inside.any()
    assert abs(painted - warped[..., :3])[inside].mean() < 8


def test_pix2pixhd_paints_nothing_untrained(tiny_take, tmp_path):
    with pytest.raises(UsageError, match="paints nothing untrained"):
        train(tiny_take, tmp_path / "anna", replace(QUICK, minutes=0.0, steps=None))


def test_what_learns_learns(tiny_take, tmp_path):
    losses = []
    real = Optimisation.step

    def step(self, batch, share):
        losses.append(real(self, batch, share)["l1"])
        return dict.fromkeys(["l1"], losses[-1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Optimisation, "step", step)
        train(tiny_take, tmp_path / "anna", replace(QUICK, steps=80))
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])


@pytest.mark.parametrize("generator", ["compact", "pix2pixhd"])
def test_a_run_that_was_cut_off_ends_with_the_very_weights_of_an_unbroken_one(
    tiny_take, tmp_path, monkeypatch, generator
):
    options = replace(QUICK, generator=generator, save_seconds=0)
    train(tiny_take, tmp_path / "unbroken", options)
    for steps in (2, 5):
        with monkeypatch.context() as patch:
            stopped_after(patch, steps)
            with pytest.raises(SystemError):
                train(tiny_take, tmp_path / "broken", options)
        assert not (tmp_path / "broken").exists()
    train(tiny_take, tmp_path / "broken", options)
    assert same(weights(tmp_path / "broken"), weights(tmp_path / "unbroken"))


def test_samples_prepared_by_other_processes_are_the_same(tiny_take, tmp_path):
    options = replace(QUICK, generator="compact", size=(64, 64))
    train(tiny_take, tmp_path / "here", options)
    train(tiny_take, tmp_path / "there", replace(options, workers=1))
    assert same(weights(tmp_path / "here"), weights(tmp_path / "there"))


def test_another_seed_ends_with_other_weights(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "one", QUICK)
    train(tiny_take, tmp_path / "other", replace(QUICK, seed=1))
    assert not same(weights(tmp_path / "one"), weights(tmp_path / "other"))


def test_a_killed_process_carries_on_and_ends_well(tiny_take, tmp_path):
    code = textwrap.dedent(f"""
        from pathlib import Path
        from stickdance.capture.take.take import Take
        from stickdance.synth.training.trainer import train
        from stickdance.synth.training.options import TrainingOptions
        options = TrainingOptions(steps=8, size=(64, 64), device="cpu", batch=1, save_seconds=0)
        train(Take.load(Path({str(tiny_take.path)!r})), Path("anna"), options)
    """)
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
    state = tmp_path / "anna.training" / STATE
    for _ in range(600):
        if state.exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, stderr=subprocess.DEVNULL)
    assert Performer.load(tmp_path / "anna").training["steps"] == 8


@pytest.mark.parametrize(
    ("number", "kind"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_a_stopped_training_saves_its_state_first(tiny_take, tmp_path, monkeypatch, number, kind):
    real = Optimisation.step

    def step(self, batch, share):
        if self.steps == 2:
            signal.raise_signal(number)
        return real(self, batch, share)

    monkeypatch.setattr(Optimisation, "step", step)

    def ended(*_):
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, ended)
    try:
        with pytest.raises(kind):
            train(tiny_take, tmp_path / "anna", QUICK)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert load_state(tmp_path / "anna.training").about["steps"] == 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_training_in_another_thread_minds_no_signals(tiny_take, tmp_path):
    thread = threading.Thread(target=train, args=(tiny_take, tmp_path / "anna", QUICK))
    thread.start()
    thread.join()
    assert Performer.load(tmp_path / "anna").training["steps"] == 6


def test_a_finished_training_is_not_repeated_and_more_budget_carries_it_on(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "anna", QUICK)
    written = (tmp_path / "anna" / "manifest.json").stat().st_mtime_ns
    train(tiny_take, tmp_path / "anna", QUICK)
    assert (tmp_path / "anna" / "manifest.json").stat().st_mtime_ns == written
    longer = train(tiny_take, tmp_path / "anna", replace(QUICK, steps=8))
    assert longer.training["steps"] == 8


def test_footage_is_kept_only_where_it_may_be(tiny_take, tmp_path):
    assert train(tiny_take, tmp_path / "anna", QUICK).filmed is not None
    without = train(tiny_take, tmp_path / "anna", replace(QUICK, keep_footage=False))
    assert without.filmed is None
    assert not list((tmp_path / "anna").glob("footage*"))


def test_minutes_are_counted_over_all_runs(tiny_take, tmp_path, monkeypatch):
    options = replace(QUICK, steps=None, minutes=5.0, save_seconds=0)
    with monkeypatch.context() as patch:
        stopped_after(patch, 2)
        with pytest.raises(SystemError):
            train(tiny_take, tmp_path / "anna", options)
    about = load_state(training_folder(tmp_path / "anna")).about
    before = about["seconds"]
    trained = train(tiny_take, tmp_path / "anna", replace(options, minutes=(before + 0.5) / 60))
    assert before + 0.5 <= trained.training["seconds"] + 0.06  # it is told in tenths
    assert trained.training["steps"] > about["steps"]


def test_changed_options_are_named_and_refused_unless_begun_afresh(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "anna", QUICK)
    with pytest.raises(ChangedOptions, match=r"seed was 0, is 1.*--afresh") as refused:
        train(tiny_take, tmp_path / "anna", replace(QUICK, seed=1))
    assert refused.value.exit_status == 2
    assert "size" not in str(refused.value)
    train(tiny_take, tmp_path / "anna", replace(QUICK, seed=1, afresh=True))


def test_another_take_is_refused(tiny_take, make_take, tmp_path):
    train(tiny_take, tmp_path / "anna", QUICK)
    with pytest.raises(ChangedOptions, match="take was"):
        train(make_take(24), tmp_path / "anna", QUICK)


def test_a_loss_that_is_not_a_number_stops_and_keeps_the_state(tiny_take, tmp_path, monkeypatch):
    real = Optimisation.step

    def step(self, batch, share):
        losses = real(self, batch, share)
        return losses | {"adversarial": float("nan")} if self.steps == 4 else losses

    monkeypatch.setattr(Optimisation, "step", step)
    with pytest.raises(TrainingFailed, match=r"'adversarial' became nan at step 4"):
        train(tiny_take, tmp_path / "anna", replace(QUICK, save_seconds=0))
    state = load_state(tmp_path / "anna.training")
    assert 1 <= state.about["steps"] <= 3
    assert all(torch.isfinite(tensor).all() for tensor in state.tensors.values())
    assert not (tmp_path / "anna").exists()


@pytest.mark.parametrize("message", ["CUDA out of memory", "can't allocate memory", "bad_alloc"])
def test_a_full_device_is_answered_with_settings_that_fit(
    tiny_take, tmp_path, monkeypatch, message
):
    real = Optimisation.gradients

    def gradients(self, batch, share, parts=None):
        if -(-len(batch["stick"]) // (parts or self.parts)) > 2:
            raise RuntimeError(f"[enforce fail] {message}: you tried to allocate 1 TB")
        return real(self, batch, share, parts)

    monkeypatch.setattr(Optimisation, "gradients", gradients)
    wanted = "no room for batch 8 at 32x32; --accumulate 4 fits and trains the same; --batch 2 fits"
    with pytest.raises(OutOfMemory, match=wanted):
        train(tiny_take, tmp_path / "anna", replace(QUICK, batch=8))
    train(tiny_take, tmp_path / "anna", replace(QUICK, batch=8, accumulate=4))


def test_where_one_sample_does_not_fit_a_smaller_size_is_named(tiny_take, tmp_path, monkeypatch):
    def gradients(self, batch, share, parts=None):
        raise torch.OutOfMemoryError("no room")

    monkeypatch.setattr(Optimisation, "gradients", gradients)
    with pytest.raises(OutOfMemory, match="one sample does not fit either: try --size 16x16"):
        train(tiny_take, tmp_path / "anna", QUICK)


def test_another_runtime_error_is_not_taken_for_a_full_device(tiny_take, tmp_path, monkeypatch):
    def gradients(self, batch, share, parts=None):
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(Optimisation, "gradients", gradients)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        train(tiny_take, tmp_path / "anna", QUICK)


def test_absent_weights_are_said_and_written_into_the_card(
    tiny_take, tmp_path, monkeypatch, capsys, told
):
    def absent(_):
        raise WeightsAbsent("VGG-19: its weights are not here")

    monkeypatch.setattr(trainer, "backbone", absent)
    kind = catalog.GENERATORS["pix2pixhd"]
    recipe = replace(kind.recipe, weights={**kind.recipe.weights, "perceptual": 10.0})
    monkeypatch.setitem(catalog.GENERATORS, "pix2pixhd", replace(kind, recipe=recipe))
    performer = train(tiny_take, tmp_path / "anna", QUICK)
    assert sum("goes on without the perceptual loss" in line for line in told.lines) == 1
    assert capsys.readouterr() == ("", "")
    assert "without the perceptual loss" in performer.card
    assert performer.warnings == Performer.load(tmp_path / "anna").warnings
    assert sum("perceptual" in line for line in performer.warnings) == 1


def test_few_looks_at_each_frame_are_written_into_the_card_and_none_are_not(tiny_take, tmp_path):
    few = train(tiny_take, tmp_path / "few", QUICK)
    assert any("times on average" in line for line in few.warnings)
    assert "times on average" in few.card
    untrained = replace(QUICK, generator="compact", minutes=0.0, steps=None, size=(64, 64))
    assert not train(tiny_take, tmp_path / "none", untrained).warnings


def test_what_could_not_be_written_is_written_as_a_whole_when_repeated(
    tiny_take, tmp_path, monkeypatch
):
    whole = train(tiny_take, tmp_path / "whole" / "anna", QUICK)

    def full(*_):
        raise OutputFailed("no space")

    with monkeypatch.context() as patch:
        patch.setattr(Performer, "save", full)
        with pytest.raises(OutputFailed):
            train(tiny_take, tmp_path / "anna", QUICK)
    assert not (tmp_path / "anna").exists()
    again = train(tiny_take, tmp_path / "anna", QUICK)
    assert len(again.warnings) == len(whole.warnings) > 0
    assert again.curves.keys() == whole.curves.keys()
    pictures = [(each.path / SAMPLES).read_bytes() for each in (whole, again)]
    assert pictures[0] == pictures[1]


def test_curves_and_pictures_lie_ready_for_tensorboard(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "anna", QUICK)
    assert list((tmp_path / "anna.training" / "tensorboard").glob("events*"))
    curves = json.loads((tmp_path / "anna" / "curves.json").read_text())
    assert {"l1", "adversarial", "discriminator", "validation_psnr"} <= curves.keys()


def test_a_damaged_state_is_refused(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "anna", QUICK)
    state = tmp_path / "anna.training" / STATE
    state.write_bytes(state.read_bytes()[:-100])
    with pytest.raises(BadInput, match=STATE):
        train(tiny_take, tmp_path / "anna", QUICK)


def test_two_trainings_of_one_performer_exclude_each_other(tiny_take, tmp_path):
    with (
        only_one(tmp_path / "anna.training"),
        pytest.raises(InUse, match="works there"),
    ):
        train(tiny_take, tmp_path / "anna", QUICK)


def test_a_folder_of_other_things_is_not_overwritten(tiny_take, tmp_path):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "photo.txt").write_text("dear")
    with pytest.raises(OutputFailed, match="holds other files"):
        train(tiny_take, tmp_path / "anna", QUICK)
    assert (tmp_path / "anna" / "photo.txt").read_text() == "dear"
    assert not (tmp_path / "anna.training").exists()


def test_too_little_footage_is_refused(make_take, tmp_path):
    with pytest.raises(BadInput, match="has 5 frames to train on"):
        train(make_take(7, training=5), tmp_path / "anna", QUICK)


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"size": (33, 32)}, "--size"),
        ({"steps": 0}, "--steps"),
        ({"steps": None, "minutes": 0.0}, "--minutes"),
        ({"batch": 0}, "--batch"),
        ({"validation": 0.9}, "--validation"),
        ({"validate_steps": 0}, "--validate-steps"),
        ({"patience": -1}, "--patience"),
        ({"patience": 3, "validation": 0.0}, "--patience: needs frames"),
        ({"preview_seconds": -1.0}, "--preview-seconds"),
        ({"accumulate": 3}, "--accumulate 3: must be from 1 to 2"),
        ({"device": "mps"}, "--device"),
    ],
)
def test_a_bad_option_is_named(tiny_take, tmp_path, changes, flag):
    if changes.get("device") == "mps" and torch.backends.mps.is_available():
        pytest.skip("this computer has that device")
    with pytest.raises(UsageError, match=flag):
        train(tiny_take, tmp_path / "anna", replace(QUICK, **changes))


def test_without_a_size_the_shape_of_the_take_is_kept(tiny_take):
    assert settled(tiny_take, replace(QUICK, size=None)).size == (256, 256)


def test_a_disk_that_is_full_leaves_nothing_behind(tiny_take, tmp_path, monkeypatch):
    def full(*_, **__):
        raise SafetensorError("Error while serializing: I/O error: (os error 28)")

    monkeypatch.setattr("stickdance.checkpoints.tensors.save_file", full)
    with pytest.raises(
        OutputFailed, match=r"state\.safetensors: cannot be written.*free some space"
    ):
        train(tiny_take, tmp_path / "anna", QUICK)
    assert not list(tmp_path.iterdir())


def test_a_batch_in_parts_trains_the_same_and_carries_on_with_other_parts(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "whole", QUICK)
    train(tiny_take, tmp_path / "parts", replace(QUICK, steps=3, accumulate=2))
    parts = train(tiny_take, tmp_path / "parts", replace(QUICK, accumulate=2, steps=6))
    whole = Performer.load(tmp_path / "whole", "cpu")
    for ours, theirs in zip(
        parts.generator.parameters(), whole.generator.parameters(), strict=True
    ):
        assert torch.allclose(ours, theirs, atol=2e-2)
    assert parts.training["options"]["accumulate"] == 2


def test_a_preview_shows_figure_real_and_painted_frames(tiny_take, tmp_path):
    train(tiny_take, tmp_path / "anna", replace(QUICK, size=(34, 50), preview_seconds=60))
    facts = probe(tmp_path / "anna.training" / "preview.mp4")
    assert facts.size == (3 * 34, 50)
    assert facts.fps == tiny_take.fps
    frames = list(read_frames(tmp_path / "anna.training" / "preview.mp4"))
    assert len(frames) == 20  # two seconds
    figure, real = frames[5][:, :34], frames[5][:, 34:68]
    assert (figure.max(-1) < 60).mean() > 0.5  # black, with lines
    assert (real.max(-1) < 60).mean() < 0.1


def scripted(monkeypatch, errors: dict[int, float]) -> None:
    """Let validations find these errors, by the step that they are made after."""
    real = training_run.validate

    def validate(network, frames, monitor):
        return replace(real(network, frames, monitor), error=errors[monitor.budget.steps])

    monkeypatch.setattr(training_run, "validate", validate)


PATIENT = replace(QUICK, steps=40, validate_steps=2, patience=2, validation=0.2)
ERRORS = {2: 5.0, 4: 3.0, 6: 4.0, 8: 3.5, 10: 1.0, 12: 2.0, 14: 0.5}


def test_an_early_stop_keeps_the_best_weights(tiny_take, tmp_path, monkeypatch, told):
    scripted(monkeypatch, ERRORS)
    stopped = train(tiny_take, tmp_path / "early", PATIENT)
    assert (stopped.training["steps"], stopped.training["best_step"]) == (8, 4)
    assert "no better since step 4" in told.lines[-1]
    best = load_state(tmp_path / "early.training").tensors
    mine = stopped.generator.state_dict()
    for name, value in mine.items():
        assert torch.equal(value, best[f"best.{name}"].half().float())
    assert any(not torch.equal(best[f"best.{name}"], best[f"average.{name}"]) for name in mine)


def test_more_patience_goes_on_where_less_stopped(tiny_take, tmp_path, monkeypatch, told):
    scripted(monkeypatch, ERRORS | dict.fromkeys(range(16, 100, 2), 9.0))
    train(tiny_take, tmp_path / "early", PATIENT)
    assert not any("is trained already" in line for line in told.lines)
    train(tiny_take, tmp_path / "early", PATIENT)
    assert "is trained already" in told.lines[-1]
    further = train(tiny_take, tmp_path / "early", replace(PATIENT, patience=4))
    assert (further.training["steps"], further.training["best_step"]) == (22, 14)


def test_patience_outlives_a_power_cut(tiny_take, tmp_path, monkeypatch):
    scripted(monkeypatch, ERRORS | dict.fromkeys(range(16, 100, 2), 9.0))
    options = replace(PATIENT, patience=3, save_seconds=0)
    train(tiny_take, tmp_path / "unbroken", options)
    for steps in (5, 9, 15):
        with monkeypatch.context() as patch:
            stopped_after(patch, steps)
            with pytest.raises(SystemError):
                train(tiny_take, tmp_path / "broken", options)
    train(tiny_take, tmp_path / "broken", options)
    assert same(weights(tmp_path / "broken"), weights(tmp_path / "unbroken"))
    assert Performer.load(tmp_path / "broken").training["best_step"] == 14
