import math

import numpy as np
import pytest

from stickdance.capture.estimators.crops import region_around, upright
from stickdance.capture.estimators.face import Face, SeenFace
from stickdance.capture.estimators.hands import Hand, region_of
from stickdance.capture.estimators.hands_and_face import HandsAndFace, Networks
from stickdance.capture.estimators.part_regions import face_region, hand_region
from stickdance.capture.estimators.people import Region
from stickdance.capture.media.images import read_picture
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, OPENPOSE_18
from stickdance.checkpoints.errors import MissingDependency

HEIGHT = 100.0
PICTURE = np.zeros((200, 300, 3), np.uint8)
FINGERS = np.array([(0, 0), *((2 * x - 4, -y) for x in range(5) for y in (4, 6, 8, 10))], float)


def body(**joints: tuple[float, float]) -> np.ndarray:
    points = np.full((18, 2), np.nan)
    for name, at in joints.items():
        points[OPENPOSE_18.index[name]] = at
    return points


def hand_at(wrist, sure: float) -> Hand:
    points = np.array(wrist, float) + FINGERS
    return Hand(points, sure, 0.5, region_of(points))


class Looks:
    """A network that sees hands where they are, as sure as told, and notes where it looked."""

    def __init__(self, *hands, sure=0.9):
        self.hands, self.sure, self.regions = hands, sure, []

    def __call__(self, picture, region: Region) -> Hand:
        self.regions.append(region)
        near = [
            at for at in self.hands if math.hypot(at[0] - region.x, at[1] - region.y) < region.side
        ]
        if near:
            return hand_at(near[0], self.sure)
        return hand_at((region.x, region.y), 0.01)


def nobody(picture, region):
    return []


def no_face(picture, region):
    return Face(np.zeros((68, 2)), 0.0, region)


def finder(hands=None, palms=nobody, face=no_face, faces=nobody, fps=25.0) -> HandsAndFace:
    return HandsAndFace(Networks(hands or Looks(), palms, face, faces), OPENPOSE_18, fps)


ARMS = body(left_elbow=(100, 60), left_wrist=(100, 80), right_elbow=(40, 60), right_wrist=(40, 80))


def seen(search: HandsAndFace, points=ARMS, frames=1, confidence=1.0):
    for _ in range(frames):
        found = search(PICTURE, points, np.full(18, confidence), HEIGHT)
    return found


def test_a_region_lies_along_the_forearm_and_its_fingers_point_up():
    region = hand_region(np.array([100.0, 80]), np.array([80.0, 80]), HEIGHT)
    assert (region.x, region.y) == (104, 80)
    assert region.rotation == pytest.approx(math.pi / 2)  # the arm points to the right


def test_a_faces_region_is_turned_as_the_neck_is():
    points = body(nose=(50, 50), neck=(40, 60))
    region = face_region(points, OPENPOSE_18, HEIGHT)
    assert (region.x, region.y, region.side) == (50, 50, 20)
    assert region.rotation == pytest.approx(math.pi / 4)
    assert face_region(body(neck=(40, 60)), OPENPOSE_18, HEIGHT) is None


def test_the_square_about_points_is_measured_in_the_turned_picture():
    corners = np.array([(0, 0), (10, 10), (5, 15), (-5, 5)], float)  # 14.1 along, 7.1 across
    region = region_around(corners, math.pi / 4, 2.0)
    assert (region.x, region.y) == pytest.approx((2.5, 7.5))
    assert region.side == pytest.approx(2 * math.hypot(10, 10))
    assert upright(np.array([10, 0]), np.array([10, 20])) == pytest.approx(math.pi / 2)


def test_each_hand_hangs_on_the_arm_where_it_is_seen():
    found = seen(finder(Looks((101, 82), (39, 81))), frames=3)
    assert found["left_hand"].points[0].tolist() == [101, 82]
    assert found["right_hand"].points[0].tolist() == [39, 81]
    assert found["left_hand"].confidence == pytest.approx(np.full(21, 0.9))


def test_a_hand_that_is_not_there_or_out_of_the_picture_is_not_found():
    assert seen(finder(Looks()), frames=5) == {}
    outside = body(left_elbow=(290, 80), left_wrist=(304, 80))
    looks = Looks((304, 80))
    assert seen(finder(looks), outside, frames=5) == {}
    assert looks.regions == []


def test_what_one_look_alone_is_half_sure_of_is_no_hand():
    assert seen(finder(Looks((101, 82), sure=0.55)), frames=5) == {}
    palm = [Region(101, 82, 19)]
    found = seen(finder(Looks((101, 82), sure=0.65), palms=lambda *_: palm), frames=5)
    assert set(found) == {"left_hand"}


def test_a_hand_of_a_hidden_wrist_must_be_surer():
    palm = [Region(101, 82, 19)]
    search = finder(Looks((101, 82), sure=0.75), palms=lambda *_: palm)
    assert seen(search, frames=5, confidence=0.1) == {}


def test_a_hand_far_from_the_wrist_belongs_to_somebody_else():
    assert seen(finder(Looks((112, 82))), frames=5) == {}  # 0.12 of the height away


def test_no_hand_hangs_on_an_arm_that_is_told_to_reach_to_a_foot():
    foot = (100, 96)  # 0.66 of the height below the shoulder
    fallen = body(left_shoulder=(100, 30), left_elbow=(100, 74), left_wrist=foot)
    looks = Looks(foot)
    assert seen(finder(looks), fallen, frames=5) == {}
    assert looks.regions == []
    crouching = body(left_shoulder=(100, 62), left_elbow=(100, 80), left_wrist=foot)
    assert set(seen(finder(Looks(foot)), crouching, frames=5)) == {"left_hand"}


def test_a_hand_that_both_arms_claim_is_given_to_the_nearer_one():
    crossed = body(
        left_elbow=(100, 60), left_wrist=(100, 80), right_elbow=(96, 62), right_wrist=(97, 85)
    )
    found = seen(finder(Looks((100, 81))), crossed, frames=3)
    assert set(found) == {"left_hand"}


def test_a_hand_is_followed_with_its_wrist_at_one_look_a_frame():
    looks = Looks((101, 82))
    search = finder(looks)
    left = body(left_elbow=(100, 60), left_wrist=(100, 80))
    seen(search, left, frames=3)
    looks.regions.clear()
    looks.hands = ((121, 82),)
    found = seen(search, body(left_elbow=(120, 60), left_wrist=(120, 80)))
    assert found["left_hand"].points[0].tolist() == [121, 82]
    (where,) = looks.regions
    before = region_of(np.array((101, 82)) + FINGERS)
    assert (where.x, where.y) == pytest.approx((before.x + 20, before.y))


@pytest.mark.parametrize(("fps", "looks_in_a_second"), [(12.5, 12), (50.0, 17)])
def test_a_lost_hand_is_looked_for_about_eight_times_a_second(fps, looks_in_a_second):
    looks = Looks()
    search = finder(looks, fps=fps)
    seen(search, body(left_elbow=(100, 60), left_wrist=(100, 80)), frames=round(fps))
    assert len(looks.regions) == pytest.approx(looks_in_a_second, abs=2)


def face_of(eyes_apart: float, sure: float, at=(50, 50)) -> Face:
    points = np.tile(np.array(at, float), (68, 1))
    points[:17, 0] += np.linspace(-8, 8, 17)
    points[36:42, 0] -= eyes_apart / 2
    points[42:48, 0] += eyes_apart / 2
    points[48:60, 1] += 5
    return Face(points, sure, Region(*at, 20))


def test_a_face_of_which_the_network_is_unsure_is_one_where_the_detector_agrees():
    head = body(nose=(50, 50), neck=(50, 65))
    marks = np.array([(46, 50), (54, 50), (50, 50), (50, 55)], float)
    shown = [SeenFace(Region(50, 50, 20), marks, 0.9)]
    agreed = finder(face=lambda *_: face_of(8, 0.05), faces=lambda *_: shown)
    found = seen(agreed, head)
    assert set(found) == {"face"}
    assert found["face"].confidence[:68] == pytest.approx(np.full(68, 0.45))
    assert found["face"].confidence[68:].tolist() == [0, 0]  # pupils are not seen
    elsewhere = finder(face=lambda *_: face_of(14, 0.05), faces=lambda *_: shown)
    assert seen(elsewhere, head) == {}
    assert seen(finder(face=lambda *_: face_of(8, 0.05)), head) == {}


def test_the_networks_find_both_hands_and_the_face_of_a_real_picture(shared_data):
    try:
        networks = Networks.open()
    except MissingDependency as absent:
        pytest.skip(str(absent))
    picture = read_picture(shared_data / "images/yoga.jpg")
    known = read_keypoints_of(shared_data)
    height = body_height(known[None], BLAZEPOSE_33)
    search = HandsAndFace(networks, BLAZEPOSE_33, 25.0)
    for _ in range(3):
        found = search(picture, known, np.ones(33), height)
    assert {"left_hand", "right_hand", "face"} <= set(found)
    for side in ("left", "right"):
        wrist = known[BLAZEPOSE_33.index[f"{side}_wrist"]]
        assert np.hypot(*(found[f"{side}_hand"].points[0] - wrist)) < 0.05 * height


def read_keypoints_of(shared_data) -> np.ndarray:
    from stickdance.capture.keypoint_files.reading import read_keypoints

    (person,) = read_keypoints(shared_data / "images/yoga_blazepose33.json").frames[0]
    return person.points.astype(float)
