import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.matting.limbs import (
    capsules_of,
    draw_capsules,
    extremities,
    feet_of,
    silhouette,
)
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, OPENPOSE_18


def overlap(a, b):
    """Intersection over union of two mattes."""
    a, b = a > 127, b > 127
    return (a & b).sum() / (a | b).sum()


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


def test_capsules_have_names_and_lie_on_the_person(filmed):
    person = Person(filmed.poses.points[0], filmed.poses.confidence[0])
    capsules = capsules_of(person, OPENPOSE_18, 112)
    assert "left_knee left_ankle" in {capsule.name for capsule in capsules}
    drawn = np.zeros_like(filmed.mattes[0])
    draw_capsules(drawn, capsules, 255)
    assert (filmed.mattes[0][drawn > 0] > 0).mean() > 0.97
    assert capsules_of(None, OPENPOSE_18, 112) == []


def test_what_is_not_surely_found_has_no_capsule(filmed):
    confidence = filmed.poses.confidence[0].copy()
    confidence[OPENPOSE_18.index["left_knee"]] = 0.3
    names = {
        c.name for c in capsules_of(Person(filmed.poses.points[0], confidence), OPENPOSE_18, 9)
    }
    assert not any("left_knee" in name for name in names)
