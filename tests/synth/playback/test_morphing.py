import cv2
import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.playback.layers import Layer
from stickdance.synth.playback.morphing import Morph, Posed

STANDING = {
    "nose": (0, -34), "neck": (0, -22), "right_shoulder": (-9, -22), "left_shoulder": (9, -22),
    "right_elbow": (-13, -8), "left_elbow": (13, -8), "right_wrist": (-14, 5),
    "left_wrist": (14, 5), "right_hip": (-6, 8), "left_hip": (6, 8), "right_knee": (-6, 26),
    "left_knee": (6, 26), "right_ankle": (-6, 44), "left_ankle": (6, 44), "right_eye": (-2, -36),
    "left_eye": (2, -36), "right_ear": (-4, -35), "left_ear": (4, -35),
}  # fmt: skip
MORPH = Morph(30.0, OPENPOSE_18)
BACK = np.full((120, 100, 3), 90, np.uint8)


def person(right=0.0, down=0.0):
    """A textured figure, drawn about a place in a frame of 100x120."""
    points = np.array([STANDING[name] for name in OPENPOSE_18.joints], np.float32)
    points += np.array([50 + right, 60 + down], np.float32)
    rng = np.random.default_rng(0)
    texture = cv2.GaussianBlur(rng.integers(0, 256, (120, 100, 3)).astype(np.float32), (0, 0), 1.5)
    texture = ((texture - texture.mean()) * 4 + 128).clip(0, 255)
    shape = np.zeros((120, 100), np.float32)
    middle = np.rint(np.array([50, 60])).astype(int)
    cv2.ellipse(shape, middle.tolist(), (16, 44), 0, 0, 360, 1, -1)
    move = np.array([[1, 0, right], [0, 1, down]], np.float32)
    texture, shape = (cv2.warpAffine(each, move, (100, 120)) for each in (texture, shape))
    pixels = np.dstack([texture * shape[..., None], shape]).astype(np.float32)
    return Posed(Layer(pixels, 0, 0), points)


def shown(layer):
    return layer.painted(BACK).over(BACK)[0].astype(float)


def test_the_ends_of_a_morph_are_the_two_pictures():
    one, other = person(), person(6, -3)
    assert np.array_equal(MORPH.between(one, other, 0).pixels, one.layer.pixels)
    assert np.array_equal(MORPH.between(one, other, 1).pixels, other.layer.pixels)


def test_nothing_moves_between_two_equal_pictures():
    for share in (0.25, 0.75):
        made = shown(MORPH.between(person(), person(), share))
        assert np.abs(made - shown(person().layer)).mean() < 1


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_half_the_way_of_a_shift_is_half_the_shift(share):
    made = shown(MORPH.between(person(), person(8, 0), share))
    error = np.abs(made - shown(person(8 * share, 0).layer)).mean()
    assert error < 0.25 * np.abs(made - shown(person().layer)).mean() + 1.0
    assert error < 3


def test_a_morph_is_never_a_mixture_of_both():
    red, green = person(), person(30, 0)
    red.layer.pixels[..., :3] = [200, 0, 0] * red.layer.pixels[..., 3:]
    green.layer.pixels[..., :3] = [0, 200, 0] * green.layer.pixels[..., 3:]
    for share in (0.3, 0.45, 0.55, 0.7):
        pixels = MORPH.between(red, green, share).pixels
        assert np.minimum(pixels[..., 0], pixels[..., 1]).max() == 0


def test_a_morph_never_tears_the_person_apart():
    one, other = person(), person()
    other.points[OPENPOSE_18.index["left_wrist"]] += [20, -30]
    other.points[OPENPOSE_18.index["left_elbow"]] += [10, -10]
    for share in (0.3, 0.49, 0.51):
        matte = (MORPH.between(one, other, share).pixels[..., 3] > 0.5).astype(np.uint8)
        assert cv2.connectedComponents(matte)[0] == 2  # emptiness and one person
