from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.appearance.appearance import (
    FADE,
    Appearance,
    AppearanceOptions,
)
from stickdance.synth.appearance.source_selection import ChoiceCosts, distinct_poses


@pytest.fixture(scope="module")
def shots(tiny_take):
    frames = np.stack(list(tiny_take.frames(0, tiny_take.training_frames)))
    mattes = np.stack(list(tiny_take.mattes(0, tiny_take.training_frames)))
    return frames, mattes, tiny_take.poses.points[: tiny_take.training_frames]


@pytest.fixture(scope="module")
def appearance(shots, tiny_take):
    frames, mattes, points = shots
    return Appearance.fit(zip(frames, mattes, strict=True), points, tiny_take.size)


def sure(points):
    return np.ones(points.shape[:2], np.float32)


def over(rgba, plate):
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return alpha * rgba[..., :3] + (1 - alpha) * plate


def error(rgba, plate, photos):
    return np.abs(over(rgba, plate) - photos.astype(np.float32)).mean()


def test_a_filmed_pose_is_painted_nearly_as_it_was_filmed(appearance, shots, tiny_take):
    frames, mattes, points = shots
    painted = appearance.paint(points, sure(points))
    assert painted.shape == (*frames.shape[:3], 4)
    assert painted.dtype == np.uint8
    assert error(painted, tiny_take.plate, frames) < 4
    inside = mattes > 250
    assert (painted[..., 3][inside] > 127).mean() > 0.95


def test_frames_never_seen_are_painted_better_than_the_plate_or_the_nearest_frame_shows_them(
    appearance, shots, tiny_take
):
    frames, _, points = shots
    start, poses = tiny_take.training_frames, tiny_take.poses.points
    truth = np.stack(list(tiny_take.frames(start)))
    painted = appearance.paint(poses[start:], sure(poses[start:]))
    plate = np.abs(tiny_take.plate.astype(np.float32) - truth).mean()
    apart = np.abs(poses[start:, None] - points[None]).sum((2, 3))
    nearest = np.abs(frames[apart.argmin(1)].astype(np.float32) - truth).mean()
    assert error(painted, tiny_take.plate, truth) < min(plate, nearest)


def test_prices_of_sources_change_what_is_taken_and_high_ones_forbid(appearance, shots):
    _, _, points = shots
    frame, alone = 10, np.array([[10, 11]])
    shape = 1, *appearance.choices
    usual = appearance.paint(points[frame][None], sure(points[:1]), prices=np.ones(shape))
    assert (usual == appearance.paint(points[frame][None], sure(points[:1]))).all()
    away = appearance.paint(points[frame][None], sure(points[:1]), exclude=alone)
    prices = np.ones(shape, np.float32)
    prices[..., appearance.frames.tolist().index(frame)] = 1e9
    dear = appearance.paint(points[frame][None], sure(points[:1]), prices=prices)
    assert (dear != usual).any()
    assert np.abs(dear.astype(int) - away).mean() < np.abs(dear.astype(int) - usual).mean()


def test_excluded_frames_lend_nothing(appearance, shots):
    _, _, points = shots
    frame = 10
    whole = appearance.paint(points[frame][None], sure(points[:1]))
    apart = appearance.paint(
        points[frame][None], sure(points[:1]), exclude=np.array([[frame - 2, frame + 3]])
    )
    assert (whole != apart).any()


def test_nothing_is_painted_outside_the_parts_that_are_there(appearance, shots):
    _, _, points = shots
    lost = np.full_like(points[:1], np.nan)
    assert (appearance.paint(lost, sure(lost)) == 0).all()
    unsure = appearance.paint(points[:1], np.zeros((1, 18)))
    assert (unsure == 0).all()


def test_a_pose_moved_sideways_is_painted_much_the_same_there(appearance, shots):
    _, _, points = shots
    here = appearance.paint(points[:1], sure(points[:1]))
    there = appearance.paint(points[:1] + np.float32([3, 0]), sure(points[:1]))
    apart = np.abs(here[:, :, 5:50].astype(int) - there[:, :, 8:53])
    assert (apart > 12).mean() < 0.06


def test_a_dance_painted_in_pieces_is_the_same_as_in_one(appearance, shots):
    _, _, points = shots
    whole = appearance.paint(points, sure(points))
    pieces = [
        appearance.composited(
            appearance.layouts(
                points[start:],
                sure(points[start:]),
                follows_on=start > 0,
                ahead=max(0, len(points) - start - 7),
            )
        )
        for start in range(0, 21, 7)
    ]
    assert (np.concatenate(pieces) == whole[:21]).all()


def test_several_threads_compose_what_one_composes(appearance, shots):
    _, _, points = shots
    expected = appearance.paint(points, sure(points))
    again = Appearance.from_tensors(appearance.tensors())  # nothing is cut out of its pictures yet
    layouts = again.layouts(points, sure(points))
    groups = [layouts[start : start + 2] for start in range(0, len(layouts), 2)]
    with ThreadPoolExecutor(4) as pool:
        assert (np.concatenate(list(pool.map(again.composited, groups))) == expected).all()


def test_a_figure_half_outside_the_picture_is_cut_off_at_its_edge(appearance, shots):
    _, _, points = shots
    painted = appearance.paint(points[:1] - np.float32([30, 0]), sure(points[:1]))
    assert (painted[0, :, 0, 3] > 0).any()


def test_an_appearance_survives_as_plain_arrays(appearance, shots):
    _, _, points = shots
    tensors = appearance.tensors()
    again = Appearance.from_tensors(tensors)
    assert (again.paint(points[:5], sure(points[:5])) == appearance.paint(
        points[:5], sure(points[:5])
    )).all()  # fmt: skip
    assert sum(array.nbytes for array in tensors.values()) < 8_000_000


def test_arrays_that_do_not_belong_together_are_refused(appearance):
    tensors = appearance.tensors()
    tensors["points"] = tensors["points"][:-1]
    with pytest.raises(ValueError, match="do not fit"):
        Appearance.from_tensors(tensors)


@pytest.mark.parametrize("where", [np.inf, -np.inf, 1e8])
def test_joints_stored_far_outside_the_pictures_are_refused(appearance, where):
    tensors = appearance.tensors()
    tensors["points"] = tensors["points"].copy()
    tensors["points"][0, 3] = where
    with pytest.raises(ValueError, match="far outside"):
        Appearance.from_tensors(tensors)


def test_footage_without_hips_is_refused_in_words(shots, tiny_take):
    frames, mattes, points = shots
    with pytest.raises(BadInput, match="hips"):
        Appearance.fit(
            zip(frames, mattes, strict=True), np.full_like(points, np.nan), tiny_take.size
        )


def test_the_poses_kept_are_the_most_different_ones(shots, tiny_take):
    _, _, points = shots
    twice = np.concatenate([points[:3], points[:3], points[3:5]])
    kept = distinct_poses(twice, 5, tiny_take.poses.skeleton)
    assert len({tuple(twice[place].ravel()) for place in kept}) == 5


def test_the_budget_of_frames_is_kept(shots, tiny_take):
    frames, mattes, points = shots
    few = Appearance.fit(
        zip(frames, mattes, strict=True),
        points,
        tiny_take.size,
        options=AppearanceOptions(most_frames=7),
    )
    assert len(few.frames) == 7


@pytest.mark.slow
def test_unseen_frames_of_real_footage_reach_the_stated_scores(shared_data, tmp_path):
    video_to_take = pytest.importorskip("stickdance.capture.video_to_take")
    metrics = pytest.importorskip("skimage.metrics")
    footage = shared_data / "footage" / "dancer_indoor.mp4"
    if not footage.is_file():
        pytest.skip(f"{footage} is not there")
    take = video_to_take.video_to_take([footage], tmp_path / "take")
    framing, stop = Framing((160, 256)), take.training_frames
    frames = (framing.picture(frame) for frame in take.frames(0, stop))
    mattes = (framing.picture(matte) for matte in take.mattes(0, stop))
    points = framing.points(take.poses.points, take.size)
    appearance = Appearance.fit(zip(frames, mattes, strict=True), points[:stop], framing.size)
    painted = appearance.paint(points[stop:], take.poses.confidence[stop:])
    pictures = over(painted, framing.picture(take.plate)).round().astype(np.uint8)
    pairs = list(zip(take.truth(framing, stop), pictures, strict=True))
    ssim = [metrics.structural_similarity(a, b, channel_axis=2) for a, b in pairs]
    psnr = [metrics.peak_signal_noise_ratio(a, b) for a, b in pairs]
    assert np.mean(ssim) >= 0.87
    assert np.mean(psnr) >= 23.0


FOLLOWING = ChoiceCosts(hollow=0, switch_of_head=0.03)
"""Costs at which the film goes on, whatever hides a torso."""


def test_a_part_that_changes_its_frame_fades_from_one_to_the_other(appearance, shots):
    _, _, points = shots
    before, appearance.costs = appearance.costs, FOLLOWING
    try:
        follows = appearance.paint(points, sure(points))
        hops = points[::6]  # poses so far apart that the film cannot go on from one to the next
        fading = appearance.paint(hops, sure(hops))
        appearance.fade = 0.0
        unfaded = appearance.paint(points, sure(points))
        jumping = appearance.paint(hops, sure(hops))
    finally:
        appearance.fade, appearance.costs = FADE, before
    assert (fading[0] == jumping[0]).all()
    assert (fading != jumping).any()
    assert (follows == unfaded).all()


def faded_ones(appearance, points):
    """Return whether fading changes what is painted of some poses."""
    before = appearance.fade, appearance.costs
    appearance.costs = FOLLOWING
    try:
        shown = appearance.paint(points, sure(points))
        appearance.fade = 0.0
        return bool((shown != appearance.paint(points, sure(points))).any())
    finally:
        appearance.fade, appearance.costs = before


@pytest.mark.parametrize(("apart", "fades"), [(1, False), (2, False), (4, True)])
def test_the_film_goes_on_to_the_next_frame_kept_of_it(appearance, shots, apart, fades):
    _, _, points = shots
    kept = Appearance(
        appearance.pool, appearance.points, appearance.frames * apart, None, appearance.skeleton
    )
    assert faded_ones(kept, points) is fades


def test_a_film_that_skips_frames_fades(appearance, shots):
    _, _, points = shots
    assert not faded_ones(appearance, points[::-1])
    assert faded_ones(appearance, points[::2])
