"""Movement data: apart and together, filled, on paths, with their songs, as a table."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from scipy.spatial.distance import cdist

from stickdance.capture.keypoint_files import aist
from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.movement import table
from stickdance.choreography.movement.auto_encoder import AutoEncoderOptions
from stickdance.choreography.movement.discovery import entries_in, found_in
from stickdance.choreography.movement.missing import parts_with_person, without_missing
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.options import (
    ClusterOptions,
    PathOptions,
    PrepareOptions,
    SourceOptions,
    WindowOptions,
)
from stickdance.choreography.movement.paths import on_path
from stickdance.choreography.movement.prepare import prepare_movements
from stickdance.choreography.movement.representations import compared
from stickdance.choreography.movement.song_clusters import song_clusters, whitened
from stickdance.choreography.movement.song_features import SongFeatures, song_features
from stickdance.choreography.movement.sound import COLUMNS, song_of, sound_of_frames
from stickdance.choreography.movement.sources import read_movement
from stickdance.choreography.movement.time_series import TimeSeriesOptions, time_series_data_set
from stickdance.choreography.movement.transform import apart, intra_columns, together
from stickdance.choreography.movement.windows import window_starts

HIP = OPENPOSE_18.index["left_hip"]


def swaying(frames: int = 90, joints: int = 18, axes: int = 3, seed: int = 0) -> np.ndarray:
    """Joints of a body that sways: few ways to move, so that joints tell of each other."""
    random = np.random.default_rng(seed)
    ways = random.normal(size=(3, joints, axes)) * 0.05
    time = np.arange(frames)[:, None] / 25
    amounts = np.sin(2 * np.pi * time * [0.5, 0.8, 1.1] + random.uniform(0, 6, 3))
    return random.uniform(-0.5, 0.5, (joints, axes)) + np.einsum("fw,wja->fja", amounts, ways)


@pytest.fixture
def jesse(shared_data) -> Movement:
    return read_movement(shared_data / "poses" / "jesse_dance.bvh", "jesse", SourceOptions())


@pytest.mark.parametrize("axes", [2, 3])
def test_what_is_taken_apart_comes_together_again(axes):
    points = np.random.default_rng(1).normal(size=(50, 18, axes)) * 3
    back = together(apart(points, OPENPOSE_18), OPENPOSE_18)
    assert np.abs(back - points).max() < 1e-12


def test_a_joint_three_right_and_four_up_of_the_hip_is_five_away():
    points = np.zeros((1, 18, 3))
    points[0, HIP] = 1, 1, 1
    points[0, 0] = 4, 5, 3
    parts = apart(points, OPENPOSE_18)
    assert parts.intra[0, 0] == pytest.approx([5, 0.8, 0.6, 2])
    assert parts.inter[0] == pytest.approx([1, 1, 1])
    assert intra_columns(OPENPOSE_18, 3)[:4] == ["nose_r", "nose_sin", "nose_cos", "nose_z"]
    assert len(intra_columns(OPENPOSE_18, 2)) == 17 * 3


def test_a_joint_before_the_hip_has_a_direction_by_agreement():
    points = np.zeros((1, 18, 3))
    points[0, :, 2] = np.arange(18)
    parts = apart(points, OPENPOSE_18)
    assert (parts.intra[..., 0] == 0).all() and (parts.intra[..., 2] == 1).all()
    assert (together(parts, OPENPOSE_18) == points).all()


def test_a_recorded_dance_comes_back_to_a_millionth_of_its_height(jesse):
    back = together(apart(jesse.points, jesse.skeleton), jesse.skeleton)
    assert np.abs(back - jesse.points).max() < 1e-6


def test_a_recorded_dance_comes_back_from_the_table_to_a_millionth(jesse, shared_data, tmp_path):
    (tmp_path / "in").mkdir()
    source = shared_data / "poses" / "jesse_dance.bvh"
    (tmp_path / "in" / "jesse.bvh").write_bytes(source.read_bytes())
    prepare_movements(tmp_path / "in", tmp_path / "out", PrepareOptions(fps=jesse.fps))
    (back,) = table.read_movements(tmp_path / "out" / "movement.parquet")
    assert np.abs(back.points - jesse.points).max() < 1e-6


def test_kalman_fills_ten_frames_of_an_arm_better_than_a_spline_at_25_fps(jesse):
    slow = jesse.resampled(25)
    arms = [slow.skeleton.index[f"{side}_{j}"] for side in ("left", "right") for j in ("elbow", "wrist")]  # fmt: skip  # noqa: E501
    errors = {"kalman": [], "spline": []}
    for start in range(20, len(slow) - 30, 25):
        for joint in arms:
            points = slow.points.copy()
            points[start : start + 10, joint] = np.nan
            holed = Movement("holed", points, slow.fps, slow.skeleton)
            for way, found in errors.items():
                filled = without_missing(holed, way).movement.points
                off = filled[start : start + 10, joint] - slow.points[start : start + 10, joint]
                found.append(np.linalg.norm(off, axis=-1).mean())
    assert np.mean(errors["kalman"]) < np.mean(errors["spline"])


@pytest.mark.parametrize("axes", [2, 3])
def test_kalman_finds_a_joint_that_the_others_tell_of(axes):
    truth = swaying(200, axes=axes)
    points = truth.copy()
    points[80:95, 4] = np.nan
    filled = without_missing(Movement("m", points, 25, OPENPOSE_18), "kalman")
    assert np.linalg.norm(filled.movement.points - truth, axis=-1).max() < 0.02
    assert (filled.filled, filled.otherwise) == (15, 0)


def test_what_kalman_cannot_learn_is_filled_otherwise_and_counted():
    points = swaying(20)
    points[8:10, 4] = np.nan
    filled = without_missing(Movement("m", points, 25, OPENPOSE_18), "kalman")
    assert filled.otherwise == 2
    assert np.isfinite(filled.movement.points).all()


def test_a_joint_not_yet_seen_goes_with_the_hip():
    points = swaying(60) + np.linspace(0, 1, 60)[:, None, None]
    points[:5, 4] = np.nan
    filled = without_missing(Movement("m", points, 25, OPENPOSE_18), "spline").movement.points
    beside = filled[:6, 4] - filled[:6, HIP]
    assert np.abs(beside - beside[5]).max() < 1e-12


def test_a_joint_never_seen_is_refused_by_name():
    points = swaying()
    points[:, 0] = np.nan
    with pytest.raises(BadInput, match=r"never shows nose.*--without-face"):
        without_missing(Movement("m", points, 25, OPENPOSE_18), "kalman")


def test_a_long_absence_cuts_a_movement_and_a_short_one_does_not():
    points = swaying(200)
    points[40:45] = np.nan
    points[100:160] = np.nan
    parts = parts_with_person(Movement("m", points, 25, OPENPOSE_18), longest_gap=1.0)
    assert [(part.name, len(part), part.start_seconds) for part in parts] == [
        ("m#1", 100, 0.0),
        ("m#2", 40, 160 / 25),
    ]


def test_another_frame_rate_keeps_time():
    fine = Movement("m", swaying(181), 30, OPENPOSE_18)
    again = fine.resampled(60).resampled(30)
    assert len(fine.resampled(60)) == 361
    assert np.abs(again.points - fine.points).max() < 1e-12


def test_a_circle_returns_and_has_the_size_asked_for():
    inter = np.full((101, 3), [2.0, 0.9, 1.0])
    path = on_path(inter, 25, PathOptions("circle", path_size=1.5, path_seconds=4))
    assert path[0] == pytest.approx(inter[0]) and path[100] == pytest.approx(inter[0])
    middle = inter[0, [0, 2]] - [0, 0.75]
    assert np.linalg.norm(path[:, [0, 2]] - middle, axis=1) == pytest.approx(np.full(101, 0.75))
    assert (path[:, 1] == 0.9).all()


def test_an_added_path_keeps_the_movements_own():
    inter = np.random.default_rng(2).normal(size=(50, 3))
    line = PathOptions("line", "add", 2.0, 4.0)
    still = on_path(np.zeros((50, 3)), 25, line)
    assert on_path(inter, 25, line) == pytest.approx(inter + still)
    assert on_path(inter, 25, PathOptions("still", "add")) == pytest.approx(inter)


def test_windows_of_one_length_move_by_the_shift():
    assert window_starts(10, WindowOptions(4, 3)) == [(0, 4), (3, 7), (6, 10)]
    assert window_starts(10, WindowOptions(4)) == [(0, 4), (4, 8)]
    assert window_starts(3, WindowOptions(4)) == []
    assert window_starts(10, WindowOptions()) == [(0, 10)]


def test_songs_are_found_by_name_or_by_a_word_of_it():
    songs = [Path("a/mBR0.mp3"), Path("a/My Song.wav")]
    assert song_of("gBR_sBM_cAll_d04_mBR0_ch01", songs) == songs[0]
    assert song_of("my song", songs) == songs[1]
    assert song_of("other", songs) is None


def test_sound_lies_on_the_frame_that_it_sounds_at(sounds):
    clicks = sounds.write(sounds.hits([1.0], sounds.click(), 3.0)).path
    rms = COLUMNS.index("sound_rms")
    whole = sound_of_frames(clicks, 50, 200)
    assert abs(int(np.nanargmax(whole[:, rms])) - 50) <= 1
    later = sound_of_frames(clicks, 50, 60, start_seconds=0.5)
    assert np.array_equal(later, whole[25:85], equal_nan=True)
    assert np.isnan(whole[150:]).all() and np.isfinite(whole[:150]).all()


def test_whitened_songs_lie_as_far_apart_as_mahalanobis_says():
    values = np.random.default_rng(3).normal(size=(30, 4)) @ np.random.default_rng(4).normal(
        size=(4, 4)
    )
    where, explained = whitened(values, 4)
    standard = (values - values.mean(0)) / values.std(0)
    inverse = np.linalg.inv(np.cov(standard.T))
    assert cdist(where, where) == pytest.approx(
        cdist(standard, standard, "mahalanobis", VI=inverse), abs=1e-8
    )
    assert explained == pytest.approx(1)


def test_songs_of_three_kinds_fall_into_three_clusters():
    pytest.importorskip("statsmodels")
    random = np.random.default_rng(5)
    kinds = np.repeat(np.arange(3), 10)
    values = random.normal(size=(3, 40))[kinds] * 5 + random.normal(size=(30, 40))
    descriptors = random.normal(size=(3, 8))[kinds] * 3 + random.normal(size=(30, 8))
    features = SongFeatures("made up", values, descriptors)
    found = song_clusters(features, ClusterOptions(components=2, clusters=3))
    assert len({(kind, label) for kind, label in zip(kinds, found.labels, strict=True)}) == 3
    assert found.silhouette > 0.6
    assert found.manova["p"] < 1e-6
    assert found.averages.shape == (3, 8)
    assert set(found.described()["above"]) == set(found.described()["below"])
    shuffled = SongFeatures("made up", values, random.permutation(descriptors))
    assert song_clusters(shuffled, ClusterOptions(2, 3)).manova["p"] > 0.01


def test_few_songs_make_fewer_clusters_and_say_so(sounds):
    songs = [
        sounds.write(sounds.chord([pitch], 2.0) * np.linspace(0.2, 1, 88_200)).path
        for pitch in (40, 60, 80, 90)
    ]
    heard = song_features(songs, "librosa")
    found = song_clusters(heard, ClusterOptions())
    assert heard.kind.startswith("librosa") and heard.values.shape == (4, 66)
    assert found.labels.max() == 2
    assert any("4 songs make 3 clusters" in note for note in found.notes)
    assert any("too few" in note for note in found.notes)


@pytest.mark.slow  # a quality run
def test_a_network_beats_the_mean_pose_in_every_scaled_representation():
    movements = [Movement(str(n), swaying(200, seed=7), 25, OPENPOSE_18) for n in range(2)]
    rows = compared(movements, AutoEncoderOptions(hidden=64, code=4, steps=150))
    errors = {row["representation"]: row["error_held_out"] for row in rows}
    for name in ("standardised", "min-max scaled"):
        assert errors[name] < errors["mean pose, no network"]
    assert errors["intra-movement, standardised"] < errors["mean pose beside the hip, no network"]


def aist_file(folder: Path, name: str, seconds: float = 4.0, seed: int = 0) -> Path:
    """Write an upright body in AIST++'s manner."""
    frames = round(seconds * 60)
    points = swaying(frames, 17, seed=seed) * 20
    sides = {"ankle": (15, 8), "knee": (15, 45), "hip": (15, 90), "shoulder": (18, 140)}
    sides |= {"elbow": (25, 112), "wrist": (28, 86), "ear": (8, 160), "eye": (3, 163)}
    places = {"nose": (0, 158)}
    for part, (x, height) in sides.items():
        places |= {f"left_{part}": (x, height), f"right_{part}": (-x, height)}
    for name_of_joint, (x, height) in places.items():
        joint = COCO_17.index[name_of_joint]
        points[:, joint] += np.array([x, height, 0]) - points[:, joint].mean(axis=0)
    np.savez(folder / name, keypoints3d_optim=points)
    return folder / name


def test_a_folder_becomes_one_table_with_sound(tmp_path, sounds):
    folder = tmp_path / "in"
    folder.mkdir()
    aist_file(folder, "one.npz")
    aist_file(folder, "two.npz", seed=1)
    (folder / "broken.bvh").write_text("HIERARCHY\nROOT")
    (folder / "none.wav").write_text("no sound")
    sounds.folder = folder
    sounds.write(sounds.chord([60], 5.0)).path.rename(folder / "one.wav")
    options = PrepareOptions(windows=WindowOptions(100, 50))
    result = prepare_movements(folder, tmp_path / "out", options)
    rows = parquet.read_table(tmp_path / "out" / "movement.parquet")
    assert result["series"] == 6 and rows.num_rows == 600
    assert rows["series"].unique().to_pylist()[:3] == ["one@0", "one@50", "one@100"]
    assert [row["song"] for row in result["read"]] == ["one", None]
    assert rows["sound_rms"].null_count == 300
    assert len(result["refused"]) == 1 and "broken.bvh" in result["refused"][0]
    layout = table.layout_of(tmp_path / "out" / "movement.parquet")
    assert (layout.fps, layout.axes, layout.with_sound) == (60, 3, True)
    assert json.loads((tmp_path / "out" / "report.json").read_text())["frames"] == 600


def test_aist_in_space_is_upright_in_body_heights(tmp_path):
    path = aist_file(tmp_path, "one.npz")
    movement = read_movement(path, "one", SourceOptions())
    assert aist.read_in_space(path).shape == (240, 17, 3)
    ankles = movement.points[:, OPENPOSE_18.index["left_ankle"], 1]
    assert -0.2 < ankles.mean() < 0.2
    assert 0.8 < np.nanmax(movement.points[..., 1]) < 1.4


def test_a_folder_without_anything_usable_writes_nothing(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(BadInput, match="holds no movements"):
        prepare_movements(tmp_path / "in", tmp_path / "out", PrepareOptions())
    (tmp_path / "in" / "broken.bvh").write_text("HIERARCHY\nROOT")
    with pytest.raises(BadInput, match=r"not one movement could be used: .*broken\.bvh"):
        prepare_movements(tmp_path / "in", tmp_path / "out", PrepareOptions())
    assert not (tmp_path / "out").exists()


def test_options_out_of_range_are_named(tmp_path):
    for options, flag in (
        (PrepareOptions(fps=0), "--fps"),
        (PrepareOptions(source=SourceOptions(axes=4)), "--axes"),
        (PrepareOptions(windows=WindowOptions(-1)), "--window"),
        (PrepareOptions(root=PathOptions("circle", path_size=0)), "--path-size"),
    ):
        with pytest.raises(BadInput, match=flag):
            prepare_movements(tmp_path, tmp_path / "out", options)


def test_folders_of_frames_are_one_movement_each(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number:03}.json").write_text('{"people": []}')
    assert [entry.name for entry in entries_in(tmp_path)] == ["a", "b"]


def test_the_stages_of_a_video_made_here_are_no_movements_of_their_own(tmp_path):
    for name in ("anna.mp4", "anna.stages/dance/poses.npz", "anna.stages/rendered/video.mp4",
                 "other/poses.npz"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = found_in(tmp_path)
    assert [entry.name for entry in found.entries] == ["other"]
    assert list(found.films) == ["anna"]


def test_another_parquet_is_no_table_of_movements(tmp_path):
    (tmp_path / "x.parquet").write_text("no")
    with pytest.raises(BadInput, match="no table of movements"):
        table.layout_of(tmp_path / "x.parquet")


def test_pytorch_forecasting_reads_the_table(tmp_path):
    pytest.importorskip("pytorch_forecasting", reason="extra timeseries is not installed")
    (tmp_path / "in").mkdir()
    aist_file(tmp_path / "in", "one.npz")
    prepare_movements(tmp_path / "in", tmp_path / "out", PrepareOptions(without_face=True))
    data = time_series_data_set(tmp_path / "out" / "movement.parquet", TimeSeriesOptions())
    batch, (targets, _) = next(iter(data.to_dataloader(train=False, batch_size=4)))
    assert len(targets) == 12 * 4
    assert batch["encoder_cont"].shape[1] == 120
    assert targets[0].shape == (4, 60)
