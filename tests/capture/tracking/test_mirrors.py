import numpy as np
import pytest

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.tracking.follow import follow
from stickdance.capture.tracking.mirrors import mirror_images

FPS, SECONDS, WIDTH = 20.0, 4.0, 400
FRAMES = round(FPS * SECONDS)
INDEX = OPENPOSE_18.index


def dancer(middle, seed=0):
    """Return the joints (frames, 18, 2) of somebody whose four limbs go up and down by chance."""
    chance = np.random.default_rng(seed)
    time = np.arange(FRAMES) / FPS
    points = np.zeros((FRAMES, 18, 2), np.float32)
    points[..., 0], points[..., 1] = middle, 60
    for side, way in (("left", 1), ("right", -1)):
        for part, away, row in (("shoulder", 15, 60), ("hip", 8, 110)):
            points[:, INDEX[f"{side}_{part}"]] = middle + way * away, row
        for parts, away, row in ((("elbow", "wrist"), 25, 80), (("knee", "ankle"), 12, 140)):
            rates, phases = chance.uniform(0.3, 1.2, 2), chance.uniform(0, 6, 2)
            lift = np.sin(2 * np.pi * rates[:, None] * time + phases[:, None]).sum(axis=0)
            for times, part in enumerate(parts, 1):
                points[:, INDEX[f"{side}_{part}"], 0] = middle + way * away
                points[:, INDEX[f"{side}_{part}"], 1] = row + 15 * times + 6 * times * lift
    return points


def behind_glass(points, beside):
    """Return what a mirror shows: left and right exchanged, at its place or turned over."""
    swapped = points[:, list(OPENPOSE_18.mirrored)].copy()
    swapped[..., 0] = WIDTH - swapped[..., 0] if beside else swapped[..., 0] + 220
    return swapped


def seen(*dancers):
    noise = np.random.default_rng(9)
    sure = np.full(18, 0.9, np.float32)
    frames = [
        tuple(
            Person(each[at] + noise.normal(0, 0.7, (18, 2)).astype(np.float32), sure)
            for each in dancers
        )
        for at in range(FRAMES)
    ]
    return mirror_images(follow(frames, 10), OPENPOSE_18, FPS, 10)


@pytest.mark.parametrize("beside", [True, False])
def test_a_mirror_beside_or_behind_the_person_is_told(beside):
    doubts = seen(dancer(90), behind_glass(dancer(90), beside))
    assert len(doubts) == 1
    assert "mirror" in doubts[0].reason
    assert (doubts[0].first, doubts[0].last) == (0, FRAMES - 1)


def test_people_who_dance_the_same_or_something_else_are_no_mirror_images():
    assert seen(dancer(90), dancer(310)) == []
    assert seen(dancer(90), dancer(310, seed=5)) == []
    assert seen(dancer(90)) == []


def test_somebody_who_stands_still_is_no_mirror_image():
    still = np.repeat(dancer(310)[:1], FRAMES, axis=0)
    assert seen(dancer(90), still) == []
