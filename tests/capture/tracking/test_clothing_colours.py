import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.tracking.clothing_colours import dressed, unlikeness

PLACES = {
    "right_shoulder": (-18, -135), "left_shoulder": (18, -135), "right_hip": (-12, -80),
    "left_hip": (12, -80), "right_knee": (-12, -40), "left_knee": (12, -40),
}  # fmt: skip


def standing(x, feet=200.0):
    places = [PLACES.get(name, (0, -150)) for name in OPENPOSE_18.joints]
    return (np.array(places) + np.array([x, feet])).astype(np.float32)


def seen(shirt, trousers, x=100.0, light=1.0):
    picture = np.full((220, 200, 3), 200, np.uint8)
    points = standing(x)
    person = Person(points, np.ones(18, np.float32))
    picture[60:118, int(x - 30) : int(x + 30)] = shirt
    picture[118:200, int(x - 30) : int(x + 30)] = trousers
    picture = (picture * light).clip(0, 255).astype(np.uint8)
    return dressed(picture, [person], OPENPOSE_18)[0]


RED, BLUE, GREY = (180, 30, 40), (40, 60, 170), (90, 90, 90)


def test_the_same_clothes_look_alike_elsewhere_and_in_other_light():
    anna = seen(RED, GREY)
    assert unlikeness(anna, anna) < 1e-3
    assert unlikeness(anna, seen(RED, GREY, x=80)) < 0.1
    assert unlikeness(anna, seen(RED, GREY, light=0.9)) < 0.45


def test_other_clothes_look_different_the_more_so_the_more_of_them():
    anna = seen(RED, GREY)
    half, whole = unlikeness(anna, seen(BLUE, GREY)), unlikeness(anna, seen(BLUE, RED))
    assert 0.5 < half < whole


def test_a_look_is_unknown_where_the_torso_is_not_seen():
    picture = np.zeros((220, 200, 3), np.uint8)
    unsure = Person(standing(100), np.full(18, 0.1, np.float32))
    outside = Person(standing(-300), np.ones(18, np.float32))
    for person in dressed(picture, [unsure, outside], OPENPOSE_18):
        assert person.look is None
        assert unlikeness(person, seen(RED, GREY)) == 0.3
