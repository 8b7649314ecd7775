import cv2
import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.appearance.body_parts import PARTS, PLACE, pose_parts
from stickdance.synth.appearance.part_colours import PartColours
from stickdance.synth.appearance.part_masks import (
    Coloured,
    core_mask,
    part_areas,
    sure_pixels,
    visible_shares,
)
from stickdance.synth.appearance.part_thickness import measure_thickness

SIZE = (200, 240)
POSE = {
    "nose": (100, 40), "neck": (100, 60), "right_shoulder": (80, 60), "right_elbow": (50, 60),
    "right_wrist": (25, 60), "left_shoulder": (120, 60), "left_elbow": (150, 60),
    "left_wrist": (175, 60), "right_hip": (88, 120), "right_knee": (84, 160),
    "right_ankle": (80, 200), "left_hip": (112, 120), "left_knee": (116, 160),
    "left_ankle": (120, 200), "right_eye": (96, 36), "left_eye": (104, 36),
    "right_ear": (92, 38), "left_ear": (108, 38),
}  # fmt: skip
HALF = 6  # half thickness of the limbs drawn


def points(**changed):
    joints = POSE | changed
    return np.array([[joints[name] for name in OPENPOSE_18.joints]], np.float32)


def matte_of(pose):
    """A figure of capsules of known thickness."""
    matte = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    parts = pose_parts(pose, 60.0)
    for place, part in enumerate(PARTS):
        ends = [tuple(int(v) for v in np.rint(end[0, place])) for end in (parts.start, parts.end)]
        thick = {"torso": 40, "head": 26}.get(part.name, 2 * HALF)
        cv2.line(matte, *ends, 255, thick)
    return matte


@pytest.fixture
def wide():
    """Arms held out sideways."""
    pose = points()
    parts, matte = pose_parts(pose, 60.0), matte_of(pose)
    return parts, matte, measure_thickness(_repeated(parts, 4), np.stack([matte] * 4), 60.0)


def _repeated(parts, times):
    return type(parts)(*[np.repeat(values, times, 0) for values in vars(parts).values()])


def owner(masks, x, y):
    best = {}
    for part, (left, top, mask, *_) in zip(PARTS, masks, strict=True):
        row, column = y - top, x - left
        inside = 0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]
        best[part.name] = int(mask[row, column]) if inside else 0
    return max(best, key=lambda name: best[name])


def part_masks(parts, pose, matte, thickness, coloured=None):
    areas = part_areas(parts, pose, matte, thickness, coloured)
    return [areas.mask(place, matte) for place in range(len(PARTS))]


def test_the_thickness_of_a_free_limb_is_measured(wide):
    measured = wide[2][PLACE["left_forearm"]]
    assert measured[1:4] == pytest.approx(HALF, abs=1.5)


def test_every_pixel_near_a_part_is_its_own(wide):
    parts, matte, thickness = wide
    masks = part_masks(parts, 0, matte, thickness)
    for place, part in enumerate(PARTS):
        x, y = ((parts.start[0, place] + parts.end[0, place]) / 2).astype(int)
        assert owner(masks, x, y) == part.name


def test_masks_cover_the_person_and_nothing_else(wide):
    parts, matte, thickness = wide
    covered = np.zeros(matte.shape, np.int64)
    for left, top, mask, *_ in part_masks(parts, 0, matte, thickness):
        covered[top : top + mask.shape[0], left : left + mask.shape[1]] += mask
    assert (covered[matte == 0] == 0).all()
    assert (covered[matte == 255] > 200).mean() > 0.97


def test_an_arm_before_the_chest_is_the_arms_and_hides_the_chest(wide):
    crossing = points(left_elbow=(122, 85), left_wrist=(90, 85))
    parts, matte = pose_parts(crossing, 60.0), matte_of(crossing)
    masks = part_masks(parts, 0, matte, wide[2])
    assert owner(masks, 100, 85) == "left_forearm"
    assert owner(masks, 100, 105) == "torso"
    torso = PLACE["torso"]
    hidden = visible_shares(parts, 0, matte, wide[2])[torso]
    assert hidden < visible_shares(*wide[:1], 0, *wide[1:])[torso] - 0.05


def test_a_limb_out_of_the_picture_is_hardly_visible(wide):
    outside = points(left_elbow=(160, 60), left_wrist=(230, 60))
    parts, matte = pose_parts(outside, 60.0), matte_of(outside)
    shares = visible_shares(parts, 0, matte, wide[2])
    assert shares[PLACE["left_forearm"]] < 0.6 < shares[PLACE["right_thigh"]]


def test_neighbours_share_the_joint_between_them(wide):
    parts, matte, thickness = wide
    masks = part_masks(parts, 0, matte, thickness)
    for name in ("left_upper_arm", "left_forearm"):
        left, top, mask, *_ = masks[PLACE[name]]
        assert mask[60 - top, 150 - left] > 200


def test_what_a_part_has_of_the_one_it_hangs_on_is_told(wide):
    parts, matte, thickness = wide
    left, _, _, _, lent = part_masks(parts, 0, matte, thickness)[PLACE["left_forearm"]]
    assert lent[:, : 146 - left].max() > 0.5
    assert lent[:, 152 - left :].max() < 0.1


def test_masks_of_a_picture_three_times_as_large_are_the_same_masks_larger(wide):
    parts, matte, thickness = wide
    areas = part_areas(parts, 0, matte, thickness)
    large = cv2.resize(matte, None, fx=3, fy=3)
    for place in range(len(PARTS)):
        left, top, mask, *_ = areas.enlarged(np.full(2, 3.0)).mask(place, large)
        whole = np.zeros(large.shape, np.uint8)
        whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
        left, top, mask, *_ = areas.mask(place, matte)
        small = np.zeros(matte.shape, np.uint8)
        small[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
        back = cv2.resize(whole, matte.shape[::-1], interpolation=cv2.INTER_AREA)
        assert np.abs(back.astype(int) - small).mean() < 1


def test_an_empty_matte_gives_empty_masks(wide):
    parts, matte, thickness = wide
    masks = part_masks(parts, 0, np.zeros_like(matte), thickness)
    assert len(masks) == len(PARTS)
    assert all(each.mask.size == 0 for each in masks)


def test_the_core_lies_within_the_part(wide):
    parts, _, thickness = wide
    core = core_mask(parts, 0, PLACE["left_forearm"], thickness, (140, 40, 200, 80))
    assert core[20, 20] == 1
    assert core[0].max() == 0


SKIN, SHIRT = (200, 150, 120), (30, 60, 200)


def dressed(pose, matte):
    """A picture of the figure: bare arms before a blue shirt."""
    picture = np.full((*matte.shape, 3), SHIRT, np.uint8)
    parts = pose_parts(pose, 60.0)
    for place, part in enumerate(PARTS):
        if part.name.endswith("arm"):
            ends = [tuple(int(v) for v in end[0, place]) for end in (parts.start, parts.end)]
            cv2.line(picture, *ends, SKIN, 2 * HALF)
    return picture


@pytest.fixture
def colours(wide):
    """What pictures of the figure with its arms held out tell."""
    parts, matte, thickness = wide
    return PartColours.of([sure_pixels(parts, 0, matte, thickness, dressed(points(), matte))])


def test_sure_pixels_have_the_colours_of_their_part(wide):
    parts, matte, thickness = wide
    found, labels = sure_pixels(parts, 0, matte, thickness, dressed(points(), matte))
    assert {tuple(each) for each in found[labels == PLACE["left_forearm"]].tolist()} == {SKIN}
    assert {tuple(each) for each in found[labels == PLACE["torso"]].tolist()} == {SHIRT}


@pytest.mark.parametrize("off", [-7, 7], ids=["above", "below"])
def test_where_joints_are_beside_an_arm_colours_tell_arm_from_shirt(wide, colours, off):
    there = points(left_elbow=(122, 85), left_wrist=(90, 85))
    believed = points(left_elbow=(122, 85 + off), left_wrist=(90, 85 + off))
    parts, matte = pose_parts(believed, 60.0), matte_of(there)
    coloured = Coloured(dressed(there, matte), colours)
    lines_alone = part_masks(parts, 0, matte, wide[2])
    told = part_masks(parts, 0, matte, wide[2], coloured)
    arms_edge, shirt = 85 - np.sign(off) * 4, 85 + np.sign(off) * 9
    assert owner(lines_alone, 100, arms_edge) == "torso"
    assert owner(lines_alone, 100, shirt) == "left_forearm"
    assert owner(told, 100, arms_edge) == "left_forearm"
    assert owner(told, 100, shirt) == "torso"


def test_a_patch_of_another_parts_colour_that_hangs_nowhere_stays(wide, colours):
    parts, matte, thickness = wide
    picture = dressed(points(), matte)
    picture[98:104, 96:102] = SKIN  # a print on the shirt
    masks = part_masks(parts, 0, matte, thickness, Coloured(picture, colours))
    assert owner(masks, 99, 101) == "torso"


def test_a_leg_takes_no_strip_of_the_other_across_the_room_between(wide):
    close = points(right_hip=(92, 120), right_knee=(92, 160), right_ankle=(92, 200),
                   left_hip=(108, 120), left_knee=(108, 160), left_ankle=(108, 200))  # fmt: skip
    parts, matte = pose_parts(close, 60.0), matte_of(close)
    matte[150:, 99:102] = 0  # the room
    left, top, mask, *_ = part_masks(parts, 0, matte, wide[2])[PLACE["right_shin"]]
    assert mask[180 - top, 96 - left] > 200
    assert left + mask.shape[1] <= 102
