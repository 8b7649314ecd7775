import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.metrics import structural_similarity

from stickdance.capture.media.probing import probe
from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.folder import load_model
from stickdance.choreography.learned.next_frame.clips import SmallClip
from stickdance.choreography.learned.next_frame.evaluate import one_step
from stickdance.choreography.learned.next_frame.learn import learn_next_frame
from stickdance.choreography.learned.next_frame.learner import (
    NextFrameLearner,
    categorical,
    drawn,
)
from stickdance.choreography.learned.next_frame.options import (
    ContinueVideoOptions,
    NextFrameOptions,
    check,
)
from stickdance.choreography.learned.next_frame.sample import continue_video, continued
from stickdance.choreography.learned.options import LearningOptions

SMALL = NextFrameOptions(filters=6, batch=2, frames=6, rate=5e-3)


@pytest.fixture(scope="module")
def square(going_round):
    return SmallClip("square", going_round(40), 10.0, 30)


def test_a_steady_movement_is_predicted_better_than_by_copying(square):
    torch.manual_seed(0)
    learner = NextFrameLearner([square], SMALL, 0)
    for number in range(100):
        learner.step(number, number / 100)
    scores = one_step(learner.network, square)
    assert scores["model"]["squared"] < 0.9 * scores["last_frame"]["squared"]
    assert scores["model"]["squared"] < 0.9 * scores["mean_frame"]["squared"]
    assert learner.validate()["held_out_of_copied"] < 0.9


@pytest.mark.parametrize("output, loss", [("frame", "cross-entropy"), ("residual", "squared")])
def test_the_other_outputs_learn_too(square, output, loss):
    torch.manual_seed(0)
    options = NextFrameOptions(output=output, loss=loss, filters=6, batch=2, frames=6, rate=1e-2)
    learner = NextFrameLearner([square], options, 0)
    losses = [learner.step(number, 0.0)[loss] for number in range(30)]
    assert np.mean(losses[-5:]) < 0.95 * np.mean(losses[:5])


@pytest.fixture(scope="module")
def coloured(going_round):
    """Footage whose red moves on a still green and blue, plane under plane."""
    grey = going_round(40)
    still = np.repeat(grey[:1], 40, axis=0)
    return SmallClip("coloured", np.concatenate([grey, still, still // 2], axis=1), 10.0, 30)


@pytest.mark.parametrize("output", ["moved", "residual"])
def test_colour_that_nothing_was_learnt_of_is_the_last_frame_or_nearly(coloured, output):
    torch.manual_seed(0)
    options = replace(SMALL, colour=True, output=output)
    network = NextFrameLearner([coloured], options, 0).network.eval()
    frames = torch.from_numpy(coloured.frames[:5]).float()[None] / 255
    with torch.no_grad():
        told, _ = network(frames)
    assert told.shape == frames.shape
    assert float((told - frames).abs().mean()) < 0.01


def test_the_categorical_loss_knows_ratios_of_colours_alone_as_kerass_does():
    wanted = torch.rand(1, 2, 3 * 4, 5)
    told = torch.rand(1, 2, 3 * 4, 5)
    ours, theirs = (each.reshape(1, 2, 3, 4, 5) for each in (told, wanted))
    by_hand = -(theirs * torch.log(ours / ours.sum(dim=2, keepdim=True))).sum() / (2 * 4 * 5)
    torch.testing.assert_close(categorical(told, wanted), by_hand)
    torch.testing.assert_close(categorical(told / 2, wanted), by_hand)  # darker is no worse


def test_frames_are_learnt_in_colour(coloured):
    torch.manual_seed(0)
    options = replace(SMALL, colour=True, loss="categorical", output="frame", rate=1e-2)
    learner = NextFrameLearner([coloured], options, 0)
    losses = [learner.step(number, 0.0)["categorical"] for number in range(20)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    scores = one_step(learner.network, coloured)
    of_colours = [scores[name]["colours"] for name in ("entropy", "last_frame", "mean_frame")]
    assert of_colours == sorted(of_colours)
    with pytest.raises(UsageError, match=r"--loss categorical: .*add --colour"):
        check(NextFrameOptions(loss="categorical"))


def test_baselines_are_those_of_an_independent_implementation(square):
    torch.manual_seed(0)
    scores = one_step(NextFrameLearner([square], SMALL, 0).network, square)
    frames = square.frames / 255
    held, before, mean = frames[30:], frames[29:-1], frames[:30].mean(axis=0)
    assert scores["last_frame"]["squared"] == pytest.approx(((held - before) ** 2).mean(), rel=1e-5)
    assert scores["mean_frame"]["squared"] == pytest.approx(((held - mean) ** 2).mean(), rel=1e-5)
    ssim = np.mean([structural_similarity(a, mean, data_range=1.0) for a in held])
    assert scores["mean_frame"]["ssim"] == pytest.approx(ssim, abs=1e-5)
    entropy = torch.nn.functional.binary_cross_entropy(
        torch.from_numpy(before), torch.from_numpy(held)
    )
    assert scores["last_frame"]["cross_entropy"] == pytest.approx(float(entropy), rel=1e-5)
    assert scores["entropy"]["cross_entropy"] < scores["last_frame"]["cross_entropy"]


def test_what_a_step_draws_depends_on_seed_and_number_alone(square):
    one = drawn([square], SMALL, 0, 7)
    assert one.shape == (2, 7, 24, 30)
    assert torch.equal(one, drawn([square], SMALL, 0, 7))
    assert not torch.equal(one, drawn([square], SMALL, 1, 7))
    held_out = torch.from_numpy(square.held_out.copy()).float() / 255
    still = SmallClip(
        "still", np.concatenate([square.frames[:1]] * 30 + [square.held_out]), 10.0, 30
    )
    pieces = drawn([still], SMALL, 0, 0)
    assert not torch.equal(pieces[0, 0], held_out[0])
    assert torch.equal(pieces[:, 0], pieces[:, -1])


def test_a_continuation_is_fed_its_own_frames(square):
    """A network that learnt nothing repeats the last frame for ever."""
    torch.manual_seed(0)
    options = NextFrameOptions(output="residual", filters=2)
    network = NextFrameLearner([square], options, 0).network
    made = continued(network, square.frames[:5], 4)
    assert made.shape == (4, 24, 30)
    assert made == pytest.approx(np.stack([square.frames[4]] * 4).astype(float), abs=1e-3)


@pytest.fixture(scope="module")
def model(video, tmp_path_factory):
    to = tmp_path_factory.mktemp("models") / "next_frame"
    learn_next_frame([video], to, NextFrameOptions(filters=2, batch=1), LearningOptions(steps=3))
    return to


def test_the_folder_holds_scores_and_a_card_that_tells_them(model):
    scores = json.loads((model / "scores.json").read_text())
    assert scores["frames"] == 12
    assert len(scores["free_run"]["model"]) == 10
    found = load_model(model, "next frame")
    assert "48 of 60 frames" in found.card
    assert "last frame again" in found.card


def test_a_learning_that_is_repeated_ends_the_same(video, model, tmp_path):
    options = NextFrameOptions(filters=2, batch=1)
    learn_next_frame([video], tmp_path / "a", options, LearningOptions(steps=1))
    learn_next_frame([video], tmp_path / "a", options, LearningOptions(steps=3))
    again, before = (load_model(at, "next frame").tensors() for at in (tmp_path / "a", model))
    assert all(torch.equal(again[name], before[name]) for name in before)


def test_a_continuation_is_shown_beside_the_real_one(video, model, tmp_path):
    options = ContinueVideoOptions(seen=5, frames=6)
    result = continue_video(video, model, tmp_path / "out.mp4", options)
    info = probe(tmp_path / "out.mp4")
    assert info.frames == 11
    assert info.size == (2 * 76 * 4 + 8, 60 * 4 + 36)
    assert result["from_seconds"] == pytest.approx(5.4)
    assert len(result["squared_error"]) == 6
    continue_video(video, model, tmp_path / "out.gif", options)
    with Image.open(tmp_path / "out.gif") as gif:
        assert gif.info["duration"] == 100


def test_a_video_in_colour_goes_on_in_colour(going_round, tmp_path):
    red = going_round(55).repeat(4, axis=1).repeat(4, axis=2)
    with VideoWriter(tmp_path / "red.mp4", (120, 96), 10.0) as writer:
        for frame in red:
            writer.write(np.stack([frame, frame // 3, frame // 3], axis=-1))
    options = replace(SMALL, colour=True, filters=2, patch=3)
    learn_next_frame([tmp_path / "red.mp4"], tmp_path / "m", options, LearningOptions(steps=1))
    card = (tmp_path / "m" / "card.md").read_text()
    assert "75x60" in card and "| SSIM | colours alone |" in card
    shown = ContinueVideoOptions(seen=3, frames=3)
    continue_video(tmp_path / "red.mp4", tmp_path / "m", tmp_path / "on.gif", shown)
    with Image.open(tmp_path / "on.gif") as gif:
        gif.seek(5)
        picture = np.asarray(gif.convert("RGB")).astype(int)
    made = picture[:200, -200:]
    assert (made[..., 0] - made[..., 1]).mean() > 40


def test_a_continuation_may_go_on_where_the_footage_ends(video, model, tmp_path):
    options = ContinueVideoOptions(seen=5, frames=6, at=6.0)
    result = continue_video(video, model, tmp_path / "out.gif", options)
    assert result["frames"] == 6
    assert result["squared_error"] == []


@pytest.mark.parametrize(
    "options, flag",
    [
        ({"patch": 4}, "--patch"),
        ({"filters": 0}, "--filters"),
        ({"frames": 1}, "--frames"),
        ({"rate": 0.0}, "--rate"),
        ({"fps": 0.0}, "--fps"),
        ({"held_out": 1.0}, "--held-out"),
    ],
)
def test_options_out_of_range_are_refused_by_name(video, tmp_path, options, flag):
    with pytest.raises(BadInput, match=flag):
        learn_next_frame(
            [video], tmp_path / "x", NextFrameOptions(**options), LearningOptions(steps=1)
        )


def test_where_and_how_far_to_go_on_is_checked(video, model, tmp_path):
    for options, words in (
        (ContinueVideoOptions(frames=0), "--frames 0"),
        (ContinueVideoOptions(at=60.0), "lasts 6.00 s"),
    ):
        with pytest.raises(BadInput, match=words):
            continue_video(video, model, tmp_path / "x.mp4", options)
    with pytest.raises(BadInput, match=r"ends in \.mp4 or \.gif"):
        continue_video(video, model, tmp_path / "x.avi", ContinueVideoOptions())
