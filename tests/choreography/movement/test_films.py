import shutil

import numpy as np
import pytest
import soundfile

from stickdance.capture.motion_clip import KIND, MotionClip
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.body.pose_channels import pose
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.learned.music_to_dance.clips import clips_in
from stickdance.choreography.learned.music_to_dance.options import FPS, FRAMES
from stickdance.choreography.movement import films
from stickdance.choreography.movement.films import material_in
from stickdance.choreography.movement.options import PrepareOptions
from stickdance.choreography.movement.prepare import prepare_movements
from stickdance.choreography.plan_to_poses.framing import staged

RATE, SECONDS, FILM_FPS = 44_100, FRAMES / FPS + 2, 12.5
BODY = default_profile((160, 120))


@pytest.fixture(scope="module")
def watched():
    """Films that are sounds, in which somebody sways; in those called nobody, nobody does."""
    at = np.arange(round(SECONDS * FILM_FPS)) / FILM_FPS
    values = np.stack([pose(weight=float(np.sin(2 * one))) for one in at])
    poses, seen = staged(values, body_from_profile(BODY), FILM_FPS), []

    def watch(film, to, options):
        seen.append(film.stem)
        if "nobody" in film.stem:
            raise BadInput(f"{film}: a person was found in 0 of 75 frames")
        about = {
            "video": film.name, "sha256": sha256(film), "start_seconds": 0.0,
            "consent": options.consent, "warnings": [f"{film.name}: others are seen"],
        }  # fmt: skip
        with result_folder(to, KIND, about) as folder:
            poses.save(folder / "poses.npz")
        return MotionClip.load(to)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(films, "video_to_motion", watch)
        yield seen


def film(path, sounds=None):
    samples = np.zeros(round(SECONDS * RATE))
    if sounds is not None:
        samples = sounds.hits(np.arange(0.25, SECONDS, 0.5), sounds.drum(), SECONDS)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def once(tmp_path_factory, sound_maker, watched):
    """Two good films, one of nobody and one without sound, and their dances, made once."""
    folder = tmp_path_factory.mktemp("films")
    sounds = sound_maker(folder)
    for name in ("anna", "ben"):
        film(folder / "films" / f"{name}.mp4", sounds)
    film(folder / "films" / "nobody.mov", sounds)
    film(folder / "films" / "quiet.mp4")
    return folder, material_in(folder / "films", folder / "dances")


@pytest.fixture
def folder(once, tmp_path):
    """A copy of the films, their dances at hand wherever these tests keep them."""
    shutil.copytree(once[0] / "films", tmp_path / "films")
    for place in ("table.dances", "training/dances"):
        shutil.copytree(once[0] / "dances", tmp_path / place)
    return tmp_path / "films"


@pytest.fixture
def kept(once, folder):
    """Their dances among the films, which makes them no movements of the folder's own."""
    return shutil.copytree(once[0] / "dances", folder / "kept")


def test_each_film_becomes_a_dance_with_its_sound_frame_for_frame(once):
    place, found = once
    assert [entry.name for entry in found.entries] == ["anna", "ben", "quiet"]
    dance = Dance.load(place / "dances" / "anna")
    assert dance.poses.fps == FILM_FPS and len(dance.poses) == round(SECONDS * FILM_FPS)
    assert dance.sound.seconds == pytest.approx(dance.poses.seconds)
    assert dance.followed["video"] == "anna.mp4"
    assert found.entries[2].song is None  # there is nothing to be heard in it
    # Bad films are named and left out, doubts are told.
    assert len(found.refused) == 1 and "nobody: left out: " in found.refused[0]
    assert "anna.mp4: others are seen" in found.notes


def test_films_watched_before_are_not_watched_again_but_changed_ones_are(
    folder, kept, sounds, watched
):
    film(folder / "carl.mp4", sounds)
    (folder / "ben.mp4").write_bytes((folder / "ben.mp4").read_bytes() + b"\0\0")
    watched.clear()
    names = [entry.name for entry in material_in(folder, kept).entries]
    assert watched == ["ben", "carl", "nobody"]
    assert names == ["anna", "ben", "carl", "quiet"]


def test_a_film_beside_its_movement_is_not_watched(folder, kept, watched):
    BODY.save(folder / "anna.json")  # by its name the movement of that film
    watched.clear()
    shutil.rmtree(kept / "ben")
    material_in(folder, kept)
    assert watched == ["ben", "nobody"]


def test_a_film_without_the_legs_teaches_no_dance(tmp_path, sounds, monkeypatch, watched):
    watch = films.video_to_motion

    def from_the_waist_up(path, to, options):
        clip = watch(path, to, options)
        clip.poses.confidence[:, [OPENPOSE_18.index["left_ankle"]]] = 0
        return clip

    monkeypatch.setattr(films, "video_to_motion", from_the_waist_up)
    film(tmp_path / "films" / "anna.mp4", sounds)
    with pytest.raises(BadInput, match="hardly ever shows left ankle, expected a whole body"):
        material_in(tmp_path / "films", tmp_path / "kept")


def test_a_folder_of_bad_films_alone_is_refused(tmp_path, sounds, watched):
    for name in ("nobody", "nobody_else"):
        film(tmp_path / "films" / f"{name}.mp4", sounds)
    every = r"no movements that can be used .*nobody: left out.*; nobody_else: left out"
    with pytest.raises(BadInput, match=every):
        material_in(tmp_path / "films", tmp_path / "kept")


def test_dancing_is_learnt_from_films_with_a_beat_alone(folder, tmp_path):
    clips = clips_in(folder, tmp_path / "training" / "clips.safetensors")
    assert [clip.name for clip in clips.clips] == ["anna", "ben"]
    assert any("quiet: is a film without a sound" in line for line in clips.warnings)


def test_films_are_prepared_as_a_table_of_movement(folder, tmp_path):
    told = prepare_movements(folder, tmp_path / "table", PrepareOptions(without_sound=True))
    assert (tmp_path / "table" / "movement.parquet").is_file()
    assert told["series"] == 3 and len(told["refused"]) == 1
    assert (tmp_path / "table.dances" / "anna" / "poses.npz").is_file()
