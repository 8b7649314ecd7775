import hashlib
import json
import shutil

import pytest
import torch

from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.public import pretrained
from stickdance.choreography.learned.genre.learn import learn_genre
from stickdance.choreography.learned.genre.options import GenreOptions
from stickdance.choreography.learned.genre.recognise import GenreModel, recognise
from stickdance.choreography.learned.options import LearningOptions

OPTIONS = GenreOptions(fps=12.5, frames=15)


@pytest.fixture(scope="module")
def model(dances, tmp_path_factory):
    to = tmp_path_factory.mktemp("models") / "genre"
    learn_genre(dances, to, OPTIONS, LearningOptions(steps=80))
    return to


def test_two_genres_are_told_apart_on_dances_that_were_not_learnt_from(model):
    scores = json.loads((model / "scores.json").read_text())
    assert scores["accuracy"]["windows"] > 0.9 > scores["accuracy"]["chance"] + 0.3
    assert scores["accuracy"]["dances"] == 1
    assert scores["dances"] == 2


def test_the_folder_holds_card_scores_and_matrix(model):
    found = load_model(model, "genre")
    assert {"scores.json", "confusion.png", "curves.json"} <= found.manifest["files"].keys()
    assert "names of the folders" in found.card
    assert "told rightly" in found.card
    assert "is / told" in found.card


def test_a_learning_that_is_carried_on_ends_as_an_unbroken_one(dances, tmp_path):
    learn_genre(dances, tmp_path / "whole", OPTIONS, LearningOptions(steps=6))
    learn_genre(dances, tmp_path / "whole", OPTIONS, LearningOptions(steps=6))
    whole = load_model(tmp_path / "whole", "genre").tensors()
    again = learn_genre(dances, tmp_path / "again", OPTIONS, LearningOptions(steps=6))
    again = load_model(tmp_path / "again", "genre").tensors()
    assert all(torch.equal(whole[name], again[name]) for name in whole)


def test_a_new_dance_is_recognised_and_held_against_what_it_should_be(
    model, swinging_dancer, tmp_path
):
    swinging_dancer("fast", 77).save(tmp_path / "new" / "poses.npz")
    told = recognise(tmp_path / "new", model)
    assert told["genre"] == "fast"
    assert sum(told["windows"].values()) == pytest.approx(1, abs=1e-3)
    assert "expected" not in told
    assert "exit_status" not in recognise(tmp_path / "new", model, "fast")
    wrong = recognise(tmp_path / "new", model, "slow")
    assert wrong["exit_status"] == 6
    assert wrong["as_expected"] is False
    with pytest.raises(BadInput, match="knows fast, slow"):
        recognise(tmp_path / "new", model, "tango")


def test_a_dance_shorter_than_a_window_is_told_with_a_note_or_refused(
    model, swinging_dancer, tmp_path
):
    swinging_dancer("fast", 1, seconds=1.0).save(tmp_path / "poses.npz")
    told = recognise(tmp_path / "poses.npz", model)
    assert told["note"] == "told from 1.0 s, the model learnt from windows of 1.2 s"
    swinging_dancer("fast", 1, seconds=0.2).save(tmp_path / "short.npz")
    with pytest.raises(BadInput, match=r"has 0\.2 s, expected at least 0\.4 s"):
        recognise(tmp_path / "short.npz", model)


def test_a_damaged_model_is_refused(model, tmp_path):
    damaged = tmp_path / "genre"
    shutil.copytree(model, damaged)
    options = json.loads((damaged / "options.json").read_text())
    options["genres"].append("tango")
    text = json.dumps(options)
    (damaged / "options.json").write_text(text)
    manifest = json.loads((damaged / "manifest.json").read_text())
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest["files"]["options.json"] = {"bytes": len(text.encode()), "sha256": digest}
    (damaged / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BadInput, match="belongs to another model"):
        GenreModel.load(damaged)


@pytest.mark.parametrize(
    "options, flag",
    [
        ({"fps": 50.0}, "--fps"),
        ({"frames": 1}, "--frames"),
        ({"share": 0.0}, "--share"),
        ({"tune": -1}, "--tune"),
        ({"tune_steps": 2}, "--tune-steps"),
    ],
)
def test_options_out_of_range_are_refused_by_name(dances, tmp_path, options, flag):
    with pytest.raises(BadInput, match=flag):
        learn_genre(dances, tmp_path / "x", GenreOptions(**options), LearningOptions(steps=1))


def test_without_inceptions_weights_poses_are_looked_at_and_it_is_said(
    dances, tmp_path, monkeypatch
):
    def absent():
        raise WeightsAbsent("Inception-v3: its weights are not here")

    monkeypatch.setattr(pretrained, "inception", absent)
    both = GenreOptions(fps=12.5, frames=15, features="both")
    result = learn_genre(dances, tmp_path / "both", both, LearningOptions(steps=1))
    assert "poses alone" in result["notes"][0]
    found = load_model(tmp_path / "both", "genre")
    assert found.options["features"] == "poses"
    assert "poses alone" in found.card
