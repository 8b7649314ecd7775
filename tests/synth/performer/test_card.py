import re
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.conditions.condition import judged
from stickdance.capture.media.images import read_picture
from stickdance.checkpoints.folder import load_model
from stickdance.synth.performer.card import add_scores, write_card
from stickdance.synth.performer.card_pictures import sample_strip
from stickdance.synth.performer.performer import KIND, Performer
from stickdance.synth.rendering.renderer import Poses
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train

QUICK = TrainingOptions(
    steps=2, size=(32, 32), generator="pix2pixhd", device="cpu", batch=2, preview_seconds=0
)
TRAINING = {
    "generator": "compact", "parameters": 2_830_000, "steps": 1234, "seconds": 600.0,
    "machine": "a computer", "options": {"seed": 3, "size": (160, 256)}, "best_step": None,
    "recipe": {"weights": {"l1": 12.0, "perceptual": 10.0, "matte": 0.0}}, "warnings": [],
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("tiny_pix2pixhd")


@pytest.fixture(scope="module")
def anna(tiny_take, tmp_path_factory):
    """Give a trained performer's folder; tests leave it a whole performer."""
    folder = tmp_path_factory.mktemp("card") / "anna"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stickdance.synth.training.trainer.backbone", None)  # nobody asks for it
        train(tiny_take, folder, replace(QUICK, generator="compact", size=(64, 64)))
    return folder


def test_the_card_tells_footage_consent_options_and_losses(tiny_take):
    card = write_card("anna", tiny_take, TRAINING)
    facts = (
        tiny_take.sources[0].sha256, "given for tests", "30 frames at 10 a second (3.0 s)",
        "first 24 trained it", "steps: 1,234 in 10.0 minutes", "seed: 3", "size: 160 x 256",
        "losses: l1 x 12, perceptual x 10", "a computer", "2.83 million", "nothing to say",
    )  # fmt: skip
    assert [fact for fact in facts if fact not in card] == []
    assert "absent" not in card
    assert "matte" not in card
    assert "Conditions" not in card  # this take was never judged


def test_losses_that_were_absent_are_told_apart(tiny_take):
    reason = "trained without the perceptual loss: VGG-19: its weights are not here"
    card = write_card("anna", tiny_take, TRAINING | {"warnings": [reason]})
    assert "losses: l1 x 12\n- losses absent: perceptual" in card
    assert f"- {reason}" in card


def test_an_early_stop_is_told(tiny_take):
    card = write_card("anna", tiny_take, TRAINING | {"best_step": 900})
    assert "kept: the weights of step 900" in card


def test_the_conditions_of_the_footage_are_told_with_their_reasons(tiny_take):
    conditions = [
        judged("blur", 0.3, "", good=0.6, usable=0.75, well="sharp", ill="clean the lens"),
        judged("noise", 9.0, "", good=6, usable=14, well="calm", ill="the background is restless"),
    ]
    report = {
        **tiny_take.report, "verdict": "usable",
        "movements": {"seen": [{"met": True}, {"met": False}]},
        "conditions": [vars(each) for each in conditions],
    }  # fmt: skip
    card = write_card("anna", replace(tiny_take, report=report), TRAINING)
    assert "- usable footage (noise usable); 1 of 2 movements of a dance seen" in card
    assert "- good: blur\n- noise: usable; the background is restless\n" in card


def test_a_trained_performer_has_sample_pictures_beside_its_card(anna, tiny_take):
    load_model(anna, KIND)
    card = Performer.load(anna, "cpu").card
    (named,) = re.findall(r"!\[.*\]\((.+)\)", card)
    picture = read_picture(anna / named)
    assert picture.shape == (2 * 64, 6 * 64, 3)
    last = next(iter(tiny_take.frames(tiny_take.frame_count - 1, tiny_take.frame_count)))
    assert (picture[:64, -64:] == last).all()


def test_scores_stand_once_however_often_they_come(anna):
    scores = {"frames": 6, "psnr": 24.5, "baselines": {"plate": {"psnr": 15.0}}}
    for _ in range(2):
        add_scores(anna, scores)
    card = Performer.load(anna, "cpu").card
    for title in ("## Samples", "## Held-out scores", "| this performer |", "samples.png"):
        assert card.count(title) == 1
    assert card.index("## Samples") < card.index("## Held-out scores")
    load_model(anna, KIND)


def test_a_take_without_unseen_frames_shows_the_last_ones(anna, tiny_take):
    performer = Performer.load(anna, "cpu")
    strip = sample_strip(replace(tiny_take, training_frames=30), performer, 3)
    assert strip.shape == (2 * 64, 3 * 64, 3)


def test_samples_look_as_they_do_in_the_dance(anna, tiny_take):
    performer = Performer.load(anna, "cpu")
    strip = sample_strip(tiny_take, performer, 3)
    unseen = tiny_take.poses.part(tiny_take.training_frames, tiny_take.frame_count)
    poses = unseen.framed(performer.framing)
    danced = list(performer.frames(Poses(poses.points, poses.confidence, poses.depth)))
    assert np.abs(strip[64:, -64:].astype(int) - danced[-1]).mean() < 1
