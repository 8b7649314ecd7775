import json
import shutil
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from stickdance.checkpoints.errors import BadInput, ChangedOptions, UsageError
from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.state import load_state
from stickdance.synth.generators.catalog import GENERATORS, chosen
from stickdance.synth.generators.compact import CompactGenerator, Painted
from stickdance.synth.generators.recipe import TEACHER
from stickdance.synth.performer.performer import KIND, Performer
from stickdance.synth.training.distillation import Teacher, teacher_from
from stickdance.synth.training.losses import structure_loss
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.preparation import digest
from stickdance.synth.training.step import Optimisation
from stickdance.synth.training.trainer import train, training_folder

CPU = torch.device("cpu")
SIZE = (64, 64)
LESSON = TrainingOptions(
    steps=4, size=SIZE, network="small", device="cpu", batch=2, preview_seconds=0
)


@pytest.fixture(scope="module")
def taught_by(tiny_take, tmp_path_factory):
    """Give the folder of a performer of the tiny take."""
    folder = tmp_path_factory.mktemp("teacher") / "teacher"
    train(tiny_take, folder, replace(LESSON, network="standard", steps=3))
    return folder


def batch_of(seed: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    names = {"stick": 3, "photo": 3, "plate": 3, "warped": 4, "matte": 1, "detail": 1}
    batch = {name: torch.rand(2, count, 32, 32) for name, count in names.items()}
    return {**batch, "plate": batch["plate"] * 2 - 1}


def painted_like(wanted: Painted, by: float) -> Painted:
    return Painted(wanted.picture + by, wanted.matte)


def small_generator(seed: int) -> CompactGenerator:
    torch.manual_seed(seed)
    return CompactGenerator((8, 8, 8, 8), 1)


def test_a_student_that_paints_what_the_teacher_paints_loses_nothing_on_the_picture():
    teacher, batch = Teacher(small_generator(0).eval(), "0"), batch_of(1)
    wanted = teacher.paint(batch)
    losses = teacher.losses(wanted, batch)
    assert losses[f"{TEACHER}l1"] == 0
    assert losses[f"{TEACHER}structure"].item() == pytest.approx(0, abs=1e-6)


def test_the_losses_are_those_of_the_two_pictures():
    teacher, batch = Teacher(small_generator(0).eval(), "0"), batch_of(1)
    wanted = teacher.paint(batch)
    losses = teacher.losses(painted_like(wanted, 0.25), batch)
    assert losses[f"{TEACHER}l1"].item() == pytest.approx(0.25, abs=1e-6)
    structure = structure_loss(wanted.picture + 0.25, wanted.picture)
    assert losses[f"{TEACHER}structure"].item() == pytest.approx(structure.item())
    certain = -(wanted.matte * wanted.matte.clamp(1e-4, 1 - 1e-4).log())
    doubtful = -((1 - wanted.matte) * (1 - wanted.matte.clamp(1e-4, 1 - 1e-4)).log())
    entropy = (certain + doubtful).mean().item()
    assert losses[f"{TEACHER}matte"].item() == pytest.approx(entropy, rel=1e-4)


def test_a_student_comes_nearer_to_its_teacher_than_by_photos_alone():
    batch, teacher = batch_of(3), Teacher(small_generator(0).eval().requires_grad_(False), "0")
    before = {name: value.clone() for name, value in teacher.generator.state_dict().items()}
    wanted, distances = teacher.paint(batch), []
    for taught in (False, True):
        kind = chosen("compact", with_teacher=taught)
        weights = {**kind.recipe.weights, "adversarial": 0.0, "feature_matching": 0.0}
        recipe = replace(kind.recipe, weights=weights, average=0.0)
        student = small_generator(1)
        optimisation = Optimisation(student, recipe, CPU, teacher=teacher if taught else None)
        for _ in range(25):
            losses = optimisation.step(batch, 0.0)
        assert (f"{TEACHER}l1" in losses) == taught
        painted = student.eval().paint(batch["stick"], batch["warped"], batch["plate"])
        distances.append((painted.picture - wanted.picture).abs().mean().item())
    assert distances[1] < 0.9 * distances[0]
    after = teacher.generator.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_every_loss_of_a_teacher_weighs_something_and_only_where_there_is_one():
    plain, taught = (chosen("compact", with_teacher=each).recipe.weights for each in (False, True))
    assert not any(name.startswith(TEACHER) for name in plain)
    named = {name for name in taught if name.startswith(TEACHER)}
    losses = Teacher(small_generator(0).eval(), "0")
    batch = batch_of(1)
    assert named == losses.losses(losses.paint(batch), batch).keys()
    assert all(taught[name] > 0 for name in named)


def test_a_lesson_that_was_cut_off_ends_with_the_very_weights_of_an_unbroken_one(
    tiny_take, taught_by, tmp_path, monkeypatch
):
    options = replace(LESSON, teacher=str(taught_by), save_seconds=0)
    trained = train(tiny_take, tmp_path / "unbroken", options)
    real = Optimisation.step

    def step(self, batch, share):
        if self.steps == 2:
            raise SystemError("power cut")
        return real(self, batch, share)

    with monkeypatch.context() as patch:
        patch.setattr(Optimisation, "step", step)
        with pytest.raises(SystemError):
            train(tiny_take, tmp_path / "broken", options)
    train(tiny_take, tmp_path / "broken", options)
    one, other = (
        load_file(tmp_path / each / "weights.safetensors") for each in ("unbroken", "broken")
    )
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert f"{TEACHER}l1" in trained.curves
    assert trained.numbers == chosen("compact", network="small").numbers


def test_a_training_is_not_carried_on_with_another_teacher_or_none(tiny_take, taught_by, tmp_path):
    train(tiny_take, tmp_path / "anna", replace(LESSON, teacher=str(taught_by)))
    with pytest.raises(ChangedOptions, match="teacher"):
        train(tiny_take, tmp_path / "anna", replace(LESSON, steps=5))
    about = load_state(training_folder(tmp_path / "anna")).about
    weights = load_model(taught_by, KIND).manifest["files"]["weights.safetensors"]
    assert about["identity"]["teacher"] == weights["sha256"]


def test_a_teacher_of_another_take_is_refused(taught_by):
    with pytest.raises(UsageError, match="another take"):
        teacher_from(taught_by, "0" * 64, SIZE, CPU)


def test_a_teacher_of_another_size_is_refused_with_the_one_that_fits(tiny_take, taught_by):
    with pytest.raises(UsageError, match=r"paints 64x64, expected 96x64; add --size 64x64"):
        teacher_from(taught_by, digest(tiny_take), (96, 64), CPU)


def test_a_teacher_that_was_changed_is_refused(tiny_take, taught_by, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(taught_by, copy)
    weights = bytearray((copy / "weights.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "weights.safetensors").write_bytes(weights)
    with pytest.raises(BadInput, match="changed"):
        teacher_from(copy, digest(tiny_take), SIZE, CPU)


def test_a_folder_without_a_performer_is_no_teacher(tiny_take, tmp_path):
    with pytest.raises(BadInput, match="nobody"):
        teacher_from(tmp_path / "nobody", digest(tiny_take), SIZE, CPU)


@pytest.mark.usefixtures("tiny_pix2pixhd")
def test_a_generator_of_whole_frames_neither_teaches_nor_is_taught(tiny_take, taught_by, tmp_path):
    whole = replace(LESSON, network="standard", generator="pix2pixhd")
    train(tiny_take, tmp_path / "whole", whole)
    with pytest.raises(UsageError, match="paints whole frames"):
        teacher_from(tmp_path / "whole", digest(tiny_take), SIZE, CPU)
    teacher = str(taught_by)
    pair = replace(LESSON, temporal="change", teacher=teacher)
    for options in (replace(whole, teacher=teacher), pair):
        with pytest.raises(UsageError, match="--teacher"):
            train(tiny_take, tmp_path / "pupil", options)


def test_a_student_is_kept_with_its_numbers_and_needs_no_teacher_to_paint(
    tiny_take, taught_by, tmp_path
):
    train(tiny_take, tmp_path / "pupil", replace(LESSON, teacher=str(taught_by)))
    shutil.rmtree(tmp_path / "pupil.training")
    loaded = Performer.load(tmp_path / "pupil", "cpu")
    options = json.loads((tmp_path / "pupil" / "options.json").read_text())
    assert options["numbers"] == dict(GENERATORS["compact"].sizes["small"])
    assert loaded.render(tiny_take.poses.points[:1], tiny_take.poses.confidence[:1]).any()
