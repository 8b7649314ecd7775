from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from stickdance.capture.conditions.symmetry import NOTICED, left_right_difference, may_mirror
from stickdance.capture.pose.skeleton import OPENPOSE_18

SIZE, HEIGHT, FRAMES = (160, 240), 200.0, 40
AT = {
    "nose": (80, 40), "neck": (80, 60), "right_shoulder": (60, 62), "right_elbow": (45, 90),
    "right_wrist": (38, 118), "left_shoulder": (100, 62), "left_elbow": (115, 90),
    "left_wrist": (122, 118), "right_hip": (68, 120), "right_knee": (66, 165),
    "right_ankle": (66, 210), "left_hip": (92, 120), "left_knee": (94, 165),
    "left_ankle": (94, 210), "right_eye": (76, 37), "left_eye": (84, 37), "right_ear": (71, 39),
    "left_ear": (89, 39),
}  # fmt: skip


def picture_of(points, print_on):
    """Draw a person with grey trousers, alike on both sides but for a print on one thigh."""
    at = {name: points[place] for name, place in OPENPOSE_18.index.items()}
    picture = np.full((SIZE[1], SIZE[0], 3), 200, np.uint8)
    matte = np.zeros((SIZE[1], SIZE[0]), np.uint8)

    def line(a, b, width, colour):
        ends = (tuple(int(v) for v in np.rint(at[each])) for each in (a, b))
        one, other = ends
        cv2.line(picture, one, other, colour, width)
        cv2.line(matte, one, other, 255, width)

    for side in ("left", "right"):
        line("neck", f"{side}_hip", 30, (150, 60, 60))
        line(f"{side}_shoulder", f"{side}_elbow", 16, (150, 60, 60))
        line(f"{side}_elbow", f"{side}_wrist", 14, (220, 180, 160))
        line(f"{side}_hip", f"{side}_knee", 26, (70, 70, 80))
        line(f"{side}_knee", f"{side}_ankle", 20, (70, 70, 80))
    line("nose", "neck", 28, (220, 180, 160))
    if print_on:
        thigh = (at[f"{print_on}_hip"] + at[f"{print_on}_knee"]) / 2
        cv2.circle(picture, tuple(int(v) for v in thigh), 9, (240, 240, 240), -1)
    return picture, matte


def take_of(print_on=None, frames=FRAMES):
    still = np.array([AT[name] for name in OPENPOSE_18.joints], float)
    points = np.stack([still + np.array([12 * np.sin(k / 5), 0]) for k in range(frames)])
    drawn = [picture_of(pose, print_on) for pose in points]
    return SimpleNamespace(
        training_frames=frames,
        fps=20.0,
        poses=SimpleNamespace(points=points, skeleton=OPENPOSE_18),
        body=SimpleNamespace(height=HEIGHT),
        frames=lambda start, stop: (picture for picture, _ in drawn[start:stop]),
        mattes=lambda start, stop: (matte for _, matte in drawn[start:stop]),
    )


def test_somebody_who_looks_alike_on_both_sides_may_be_mirrored():
    difference = left_right_difference(take_of())
    assert difference < NOTICED
    assert may_mirror("auto", difference)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_print_on_one_leg_is_noticed(side):
    difference = left_right_difference(take_of(side))
    assert difference > 2 * NOTICED
    assert not may_mirror("auto", difference)


def test_where_too_little_is_seen_nobody_is_mirrored_unasked():
    assert left_right_difference(take_of(frames=4)) is None
    assert not may_mirror("auto", None)


def test_what_is_asked_for_is_done():
    assert may_mirror("on", 90.0)
    assert not may_mirror("off", 0.0)
