import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.matting.matte import extremities, feet_of, refined, silhouette
from stickdance.capture.matting.plate import Plate, clean_plate
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, OPENPOSE_18


def overlap(a, b):
    """Intersection over union of two mattes."""
    a, b = a > 127, b > 127
    return (a & b).sum() / (a | b).sum()


def coarse(matte):
    """What an estimator gives: soft, too wide, a quarter of the resolution."""
    small = cv2.resize(cv2.dilate(matte, np.ones((3, 3))), None, fx=1 / 4, fy=1 / 4)
    return cv2.resize(small, matte.shape[::-1], interpolation=cv2.INTER_LINEAR)


def test_refining_a_coarse_mask_finds_the_true_edge(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    for frame in (0, 17, 40):
        truth = filmed.mattes[frame]
        matte = refined(filmed.pictures[frame], coarse(truth), plate)
        assert overlap(coarse(truth), truth) < 0.87
        assert overlap(matte, truth) > 0.95


def test_a_hand_that_the_mask_missed_comes_back(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    wrist = filmed.poses.joint("left_wrist")[10]
    x, y = np.rint(wrist).astype(int)
    mask = filmed.mattes[10].copy()
    mask[:, x - 8 : x + 20] = 0
    without = refined(filmed.pictures[10], mask, plate)
    withit = refined(filmed.pictures[10], mask, plate, [wrist])
    assert without[y, x] < 50 < 200 < withit[y, x]


def test_islands_far_from_the_person_are_dropped(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    mask = filmed.mattes[0].copy()
    cv2.circle(mask, (10, 10), 2, 255, -1)
    assert refined(filmed.pictures[0], mask, plate)[10, 10] == 0


def test_without_any_mask_there_is_no_matte(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    assert not refined(filmed.pictures[0], np.zeros_like(filmed.mattes[0]), plate).any()


def test_where_the_background_was_never_seen_the_mask_stands(filmed):
    unseen = Plate(filmed.room, np.zeros(filmed.room.shape[:2], bool), np.zeros((160, 192)))
    matte = refined(filmed.pictures[0], filmed.mattes[0], unseen)
    assert overlap(matte, filmed.mattes[0]) > 0.99


def test_a_silhouette_covers_most_of_the_person(filmed):
    person = Person(filmed.poses.points[0], filmed.poses.confidence[0])
    mask = silhouette(person, OPENPOSE_18, filmed.poses.size)
    assert overlap(mask, filmed.mattes[0]) > 0.75
    assert not silhouette(Person(person.points, np.zeros(18)), OPENPOSE_18, (192, 160)).any()


def test_extremities_are_the_sure_hands_and_feet():
    points = np.arange(66, dtype=np.float32).reshape(33, 2)
    confidence = np.ones(33, np.float32)
    confidence[BLAZEPOSE_33.index["left_wrist"]] = 0.1
    found = extremities(Person(points, confidence), BLAZEPOSE_33)
    assert len(found) == 11  # wrist, pinky, index, ankle, heel, toes of both sides but one
    assert extremities(None, BLAZEPOSE_33) == []
    assert len(feet_of(Person(points, confidence), BLAZEPOSE_33)) == 6  # ankle, heel, toes
