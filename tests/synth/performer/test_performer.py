import copy
import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from stickdance.checkpoints.errors import BadInput, NewerFormat
from stickdance.checkpoints.folder import MANIFEST, OPTIONS, WEIGHTS
from stickdance.synth.appearance.appearance import FADE_BESIDE_MEMORY
from stickdance.synth.performer.card import add_scores
from stickdance.synth.performer.performer import Performer
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train

POINTS = (2, 18, 2)


@pytest.fixture(scope="module")
def trained(tiny_take, tmp_path_factory):
    to = tmp_path_factory.mktemp("performers") / "anna"
    return train(
        tiny_take, to, TrainingOptions(steps=1, size=(64, 64), batch=1, device="cpu", workers=0)
    )


@pytest.fixture
def folder(trained, tmp_path):
    return replace(trained, path=tmp_path / "copy").save(tmp_path / "copy")


def refit(folder, name):
    """Bring the manifest into step with a file that was changed."""
    manifest = json.loads((folder / MANIFEST).read_text())
    data = (folder / name).read_bytes()
    manifest["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(manifest))


def change_options(folder, **values):
    options = json.loads((folder / OPTIONS).read_text()) | values
    (folder / OPTIONS).write_text(json.dumps(options))
    refit(folder, OPTIONS)


def refused(folder) -> str:
    with pytest.raises(BadInput) as error:
        Performer.load(folder, "cpu")
    assert "\n" not in str(error.value)
    assert error.value.exit_status == 3
    return str(error.value)


def test_what_was_saved_is_what_is_loaded(trained, folder, tiny_take):
    loaded = Performer.load(folder, "cpu")
    for name in ("framing", "skeleton", "style", "generator_name", "card"):
        assert getattr(loaded, name) == getattr(trained, name)
    assert (loaded.plate == trained.plate).all()
    points, confidence = tiny_take.poses.points[:3], tiny_take.poses.confidence[:3]
    ours, theirs = (one.render(points, confidence).astype(int) for one in (loaded, trained))
    assert np.abs(ours - theirs).max() <= 1  # the file holds float16


def test_missing_joints_and_no_person_at_all_are_painted(trained):
    points = np.full(POINTS, np.nan, np.float32)
    frames = trained.render(points, np.zeros(POINTS[:2], np.float32))
    assert frames.shape == (2, 64, 64, 3)
    assert np.abs(frames.astype(int) - trained.plate).mean() < 40


def test_no_poses_make_no_frames(trained):
    assert trained.render(np.zeros((0, 18, 2)), np.zeros((0, 18))).shape == (0, 64, 64, 3)


def test_a_missing_file_is_named(folder):
    (folder / WEIGHTS).unlink()
    assert f"{folder / WEIGHTS}: is missing" in refused(folder)


def test_cut_short_weights_are_named(folder):
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:1000])
    assert WEIGHTS in refused(folder)
    refit(folder, WEIGHTS)
    assert WEIGHTS in refused(folder)


def test_foreign_weights_are_refused(folder):
    tensors = load_file(folder / WEIGHTS)
    tensors["generator.backdoor"] = torch.zeros(1)
    save_file(tensors, folder / WEIGHTS)
    refit(folder, WEIGHTS)
    assert "foreign tensors, 'generator.backdoor'" in refused(folder)


def test_weights_of_another_shape_are_refused(folder):
    tensors = load_file(folder / WEIGHTS)
    name = next(name for name in tensors if name.startswith("generator."))
    tensors[name] = torch.zeros(3)
    save_file(tensors, folder / WEIGHTS)
    refit(folder, WEIGHTS)
    assert f"{name!r} has shape (3,)" in refused(folder)


def test_a_text_file_in_place_of_weights_is_refused(folder):
    (folder / WEIGHTS).write_text("not weights at all, but long enough for a header")
    refit(folder, WEIGHTS)
    assert "no safetensors file" in refused(folder)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"generator": "os.system"}, "'os.system' is unknown"),
        ({"surprise": 1}, "'surprise' is missing or unknown"),
        ({"numbers": {"channels": 10**9}}, "out of range"),
        ({"numbers": {"surprise": 1}}, "cannot be built"),
        ({"skeleton": "octopus_8"}, "not the options of a performer"),
        ({"size": [0, 64]}, "not the options of a performer"),
        ({"size": "big"}, "not the options of a performer"),
        ({"crop": [0.5, 0, 0.2, 1]}, "not the options of a performer"),
        ({"style": {"line": 1}}, "not the options of a performer"),
        ({"style": {"line": 9, "joint": 0, "least_confidence": 0}}, "in shares of 0 to 1"),
        ({"training": {"warnings": 3}}, "warnings are no list"),
        ({"size": [128, 64]}, "plate.png"),
    ],
)
def test_options_that_do_not_belong_to_it_are_refused(folder, values, words):
    change_options(folder, **values)
    assert words in refused(folder)


def test_damaged_appearance_is_refused(folder):
    tensors = load_file(folder / WEIGHTS)
    del tensors["appearance.points"]
    save_file(tensors, folder / WEIGHTS)
    refit(folder, WEIGHTS)
    assert "its appearance cannot be used" in refused(folder)


def change_tensor(folder, name, value):
    tensors = load_file(folder / WEIGHTS)
    tensors[name].view(-1)[3] = value
    save_file(tensors, folder / WEIGHTS)
    refit(folder, WEIGHTS)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_no_numbers_are_refused_by_name(folder, value):
    name = next(name for name, t in load_file(folder / WEIGHTS).items() if t.dtype == torch.half)
    change_tensor(folder, name, value)
    assert f"{name} holds 1 values that are infinite or no number" in refused(folder)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("appearance.points", 1e8, "points lie far outside"),
        ("appearance.points", float("inf"), "infinite or no number"),
        ("appearance.visible", 1.5, "do not fit"),
        ("appearance.detail", float("nan"), "infinite or no number"),
        ("appearance.frames", -1, "frames"),
    ],
)
def test_an_appearance_out_of_range_is_refused(folder, name, value, words):
    change_tensor(folder, name, value)
    assert words in refused(folder)


def test_weights_that_were_changed_are_found_by_their_hash(folder):
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    assert "SHA-256 is another" in refused(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"height": 0}, "height is 0"), ({"ground": 1e9}, "far outside the frame"),
     ({"hip_width": float("nan")}, "hip_width is nan")],
)  # fmt: skip
def test_a_body_that_nobody_has_is_refused(folder, change, words):
    body = json.loads((folder / "body.json").read_text()) | change
    (folder / "body.json").write_text(json.dumps(body))
    refit(folder, "body.json")
    assert words in refused(folder)


def test_weights_too_large_for_half_precision_are_kept(trained, tmp_path):
    other = copy.deepcopy(trained.generator)
    with torch.no_grad():
        next(other.parameters())[0, 0, 0, 0] = 1e6
    saved = replace(trained, generator=other).save(tmp_path / "large")
    loaded = Performer.load(saved, "cpu").generator
    assert next(loaded.parameters())[0, 0, 0, 0] == 1e6


def test_a_newer_format_says_so(folder):
    manifest = json.loads((folder / MANIFEST).read_text()) | {"format": 99, "stickdance": "9.1"}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(NewerFormat, match=r"newer version \(format 99.*stickdance 9\.1"):
        Performer.load(folder)


def test_a_take_is_no_performer(tiny_take):
    assert "expected a performer, found a take" in refused(tiny_take.path)


def test_scores_go_into_the_card_and_stay_beside_it(folder):
    scores = {"frames": 6, "ssim_skimage": 0.9, "psnr": 24.0, "lpips": None}
    baselines = {"plate": {"frames": 6, "ssim_skimage": 0.7, "psnr": 14.9, "lpips": None}}
    for _ in range(2):
        add_scores(folder, scores | {"baselines": baselines})
    loaded = Performer.load(folder, "cpu")
    assert loaded.scores["baselines"]["plate"]["psnr"] == 14.9
    assert loaded.card.count("## Held-out scores") == 1
    assert "| plate | 6 | 0.7 | 14.9 | - |" in loaded.card


def test_a_temporal_performer_paints_a_dance_in_pieces_as_in_one_and_forgets_where_asked(
    tiny_take, tmp_path
):
    options = TrainingOptions(steps=2, temporal="change", validation=0, device="cpu")
    actor = train(tiny_take, tmp_path / "anna", replace(options, size=(64, 64)))
    assert actor.appearance.fade == FADE_BESIDE_MEMORY
    poses = tiny_take.poses.framed(actor.framing)
    points, confidence = poses.points[:6], poses.confidence[:6]
    whole = actor.render(points, confidence)
    rest = actor.render(points[3:], confidence[3:])
    actor.render(points[:3], confidence[:3])
    led = actor.render(points[3:], confidence[3:], follows_on=True)
    assert (led == whole[3:]).all()
    assert (rest != whole[3:]).any()
