"""The whole way: dances of the rules, a choreographer learnt from them, its dance folder."""

from dataclasses import replace

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput, ChangedOptions, UsageError
from stickdance.checkpoints.folder import load_model
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.evaluation.score_dance import score_dance
from stickdance.choreography.export.exports import export_dance
from stickdance.choreography.learned.music_to_dance.clips import clips_in
from stickdance.choreography.learned.music_to_dance.dance_model import (
    KIND,
    DanceModel,
    shape_of,
)
from stickdance.choreography.learned.music_to_dance.options import MusicToDanceOptions, resolved
from stickdance.choreography.learned.music_to_dance.program import learn_music_to_dance
from stickdance.choreography.learned.options import LearningOptions
from stickdance.choreography.movement.options import SourceOptions
from stickdance.choreography.movement.sources import read_movement
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions

SMALL = MusicToDanceOptions(batch=4, code=4, head_start=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory, sound_maker):
    """Return a folder with two dances of the rules and a choreographer that saw them for a bit."""
    folder = tmp_path_factory.mktemp("learned")
    maker = sound_maker(folder)
    for name, beat in (("one", 0.5), ("two", 0.6)):
        sound = maker.write(maker.hits(np.arange(0.3, 14, beat), maker.drum(), 14.2))
        quick = ChoreographyOptions(fps=15, preview=False)
        music_to_poses(sound.path, folder / "dances" / name, quick)
    learn_music_to_dance(folder / "dances", folder / "model", SMALL, LearningOptions(steps=3))
    return folder


@pytest.fixture
def danced(place, tmp_path):
    options = ChoreographyOptions(preview=False, choreographer=place / "model")
    return music_to_poses(place / "dances" / "one" / "song.wav", tmp_path / "dance", options)


def test_dances_are_read_with_their_sound_and_beats(place, tmp_path):
    found = clips_in(place / "dances", tmp_path / "kept.safetensors")
    assert [clip.name for clip in found.clips] == ["one", "two"]
    for clip in found.clips:
        assert len(clip) == pytest.approx(142, abs=1)
        assert len(clip.samples) == 1600 * len(clip)
        drums = np.abs(clip.samples.astype(float)).reshape(-1, 160).max(axis=1) > 12_000
        starts = np.flatnonzero(drums & ~np.roll(drums, 1)) / 100
        frame = np.round(starts * 10).astype(int)[2:-2]
        assert clip.heard[frame, 2].mean() > 0.8  # the beat's phase is near none on a drum
        hips = clip.poses[0, [8, 11], 0].mean()
        assert hips == pytest.approx(0, abs=1e-5)
        assert 1.3 < np.ptp(clip.poses[:, :, 1].max(1)) + 1.5 < 2.5


def test_what_was_read_is_kept_until_the_folder_changes(place, tmp_path):
    kept = tmp_path / "kept.safetensors"
    first = clips_in(place / "dances", kept)
    written = kept.stat().st_mtime_ns
    again = clips_in(place / "dances", kept)
    assert kept.stat().st_mtime_ns == written
    assert np.array_equal(first.clips[1].samples, again.clips[1].samples)
    alone = clips_in(place / "dances" / "one", kept)
    assert len(alone.clips) == 1
    assert kept.stat().st_mtime_ns != written


def test_a_folder_without_songs_is_refused(tmp_path, place):
    (tmp_path / "data").mkdir()
    poses = (place / "dances" / "one" / "poses.npz").read_bytes()
    (tmp_path / "data" / "alone.npz").write_bytes(poses)
    with pytest.raises(BadInput, match="no song of its name"):
        clips_in(tmp_path / "data", tmp_path / "kept")


def test_a_learned_dance_is_a_dance_folder(danced, place):
    rules = Dance.load(place / "dances" / "one")
    assert danced.learned
    assert not rules.learned
    assert danced.poses.seconds == pytest.approx(14.2, abs=0.05)
    assert danced.poses.size == rules.poses.size
    assert danced.choreography.steps == ()
    assert np.abs(danced.beat_times - rules.beat_times).max() < 0.01
    assert any("no steps" in line for line in danced.warnings)
    assert "gru" in danced.manifest["style"]


def test_a_learned_dance_is_scored_and_exported_as_far_as_it_is_known(danced, place, tmp_path):
    scores = score_dance(danced, [place / "dances" / "two"])
    assert scores["body"]["bone_drift"] is None
    assert scores["variety"]["frechet_distance"] > 0
    assert export_dance(danced, tmp_path / "dance.json")["frames"] == len(danced.poses)
    with pytest.raises(BadInput, match="knows the picture only"):
        export_dance(danced, tmp_path / "dance.bvh")
    with pytest.raises(BadInput):
        read_movement(danced.path, "dance", SourceOptions(axes=3))
    assert len(read_movement(danced.path, "dance", SourceOptions(axes=2))) == len(danced.poses)


def test_a_part_is_danced_as_within_the_whole(danced, place, tmp_path):
    options = ChoreographyOptions(
        preview=False, choreographer=place / "model", start_seconds=4, end_seconds=8
    )
    song = place / "dances" / "one" / "song.wav"
    part = music_to_poses(song, tmp_path / "part", options)
    assert len(part.poses) == 100
    hips = danced.poses.skeleton.index["left_hip"]
    whole = danced.poses.points[100:200]
    apart = part.poses.points - part.poses.points[:, hips : hips + 1]
    assert apart == pytest.approx(whole - whole[:, hips : hips + 1], abs=0.01)


@pytest.mark.parametrize("flag", ["moves", "plan", "actions"])
def test_what_chooses_steps_does_not_go_with_a_choreographer(place, tmp_path, flag):
    value = (place,) if flag == "actions" else place
    options = replace(ChoreographyOptions(choreographer=place / "model"), **{flag: value})
    if flag == "moves":
        options = replace(options, moves=place)
    with pytest.raises(UsageError, match=f"--{flag}"):
        music_to_poses(place / "dances" / "one" / "song.wav", tmp_path / "dance", options)


def test_a_folder_that_is_no_choreographer_is_refused(place, tmp_path):
    options = ChoreographyOptions(choreographer=place / "dances")
    with pytest.raises(BadInput):
        music_to_poses(place / "dances" / "one" / "song.wav", tmp_path / "dance", options)


def test_a_training_is_carried_on_and_says_what_it_is(place):
    answer = learn_music_to_dance(
        place / "dances", place / "model", SMALL, LearningOptions(steps=4)
    )
    assert (answer["steps"], answer["dances"]) == (4, 2)
    model = load_model(place / "model", KIND)
    assert "Trained on 2 dances" in model.card
    assert DanceModel.load(place / "model").name == "gru, hears beats, code of 4"
    with pytest.raises(ChangedOptions, match="batch was 4, is 5"):
        learn_music_to_dance(
            place / "dances", place / "model", replace(SMALL, batch=5), LearningOptions(steps=4)
        )


@pytest.mark.parametrize("name", ["rate", "code", "held_out", "batch"])
def test_options_out_of_range_are_refused_by_flag(name, tmp_path):
    options = replace(SMALL, **{name: -1})
    with pytest.raises(BadInput, match=f"--{name.replace('_', '-')}"):
        learn_music_to_dance(tmp_path, tmp_path / "model", options, LearningOptions(steps=1))


def test_as_published_stands_for_the_paper_s_choices():
    published = resolved(replace(SMALL, as_published=True, model="lstm"))
    shape = shape_of(published)
    assert (shape.recurrent, shape.features, shape.initial_pose) == ("lstm", 128, True)
    assert not shape.hears_beats
    assert (published.code, published.movement, published.head_start) == (0, 0, 0)
    assert published.contact == 0
    assert (published.distance, published.matching, published.rate) == (200, 1, 3e-4)
    original = shape_of(resolved(replace(SMALL, as_published=True, model="original")))
    assert (original.features, original.initial_pose, original.music_features) == (
        256,
        False,
        False,
    )
