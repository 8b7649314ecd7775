import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.options import LearningOptions
from stickdance.choreography.learned.silhouettes import evaluate
from stickdance.choreography.learned.silhouettes.learn import learn_silhouettes
from stickdance.choreography.learned.silhouettes.model import load_silhouettes
from stickdance.choreography.learned.silhouettes.options import (
    SilhouetteDanceOptions,
    SilhouetteOptions,
)
from stickdance.choreography.learned.silhouettes.sample import silhouette_dance

SMALL = SilhouetteOptions(units=16, batch=2, pictures=10, seen_seconds=1.0, told_seconds=0.5)


@pytest.fixture(scope="module")
def learnt(take_of, dance, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "model"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Take, "load", staticmethod(lambda path: take_of(path, dance(120))))
        patch.setattr(evaluate, "FREE_SECONDS", 2.0)
        result = learn_silhouettes([Path("anna")], folder, SMALL, LearningOptions(steps=4))
    return folder, result


def test_a_model_says_how_good_it_is_and_dances(learnt, tmp_path):
    folder, result = learnt
    scores = json.loads((folder / "scores.json").read_text())
    assert scores["pictures"]["held_out"] == 12
    assert "SSIM of 12 held-out silhouettes" in (folder / "card.md").read_text()
    assert "written" in result["table"]
    # 11 pictures of 96x54 with 2 pixels around each, 5 rows, twice as large
    assert cv2.imread(str(folder / "ways.png")).shape == (2 * 5 * 58, 2 * 11 * 100, 3)
    for way in ({"surprises": 0.5}, {"surprises": 0.0}, {"baseline": True}):
        to = tmp_path / "dance.mp4"
        done = silhouette_dance(folder, to, SilhouetteDanceOptions(seconds=1.5, scale=2, **way))
        assert done["frames"] == 15
        assert probe(to).size == (192, 108)
        assert len(list(read_frames(to))) == 15


def test_a_model_opened_again_tells_what_it_told(learnt, dance):
    first, second = (load_silhouettes(learnt[0]) for _ in range(2))
    run = [np.stack(list(model.dance(model.starts[:1], 5))) for model in (first, second)]
    np.testing.assert_array_equal(*run)
    assert first.starts.shape == (16, 10, 128)
    assert abs(first.vectors(dance(24)).mean()) < 0.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seconds": 0.0}, "--seconds 0"),
        ({"scale": 0}, "--scale 0"),
        ({"surprises": -1.0}, "--surprises -1"),
        ({"start": 16}, "--piece 16: expected 0 to 15"),
    ],
)
def test_what_cannot_be_danced_is_refused(learnt, tmp_path, options, message):
    with pytest.raises(BadInput, match=message):
        silhouette_dance(learnt[0], tmp_path / "dance.mp4", SilhouetteDanceOptions(**options))
    assert not (tmp_path / "dance.mp4").exists()
