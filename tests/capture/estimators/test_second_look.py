import math

import numpy as np
import pytest

from stickdance.capture.estimators.contract import Person
from stickdance.capture.estimators.people import Found, Region
from stickdance.capture.estimators.regions import Watch
from stickdance.capture.estimators.second_look import SecondLook, apart

SHAPE = np.array([(0, -40), (-12, -20), (12, -20), (-8, 10), (8, 10), (-8, 40), (8, 40)], float)
PICTURE = np.zeros((200, 300, 3), np.uint8)


def somebody(x, y, turn=0.0, confidence=1.0):
    """Somebody who stands at a place, turned clockwise."""
    c, s = math.cos(turn), math.sin(turn)
    points = SHAPE @ np.array([(c, s), (-s, c)]) + np.array([x, y])
    person = Person(points.astype(np.float32), np.full(7, confidence, np.float32))
    return Found(person, np.zeros((200, 300), np.uint8), Region(x, y, 120.0, turn))


KNOWN = somebody(100, 100)


def seen_only(condition, found):
    return lambda picture, region: found if condition(region) else None


@pytest.mark.parametrize(
    "condition",
    [lambda region: abs(region.rotation - math.pi / 2) < 0.1, lambda region: region.side > 150],
    ids=["turned", "wider"],
)
def test_who_was_lost_is_found_in_another_crop(condition):
    there = somebody(108, 100)
    again = SecondLook([seen_only(condition, there)])
    assert again.at_lost(PICTURE, KNOWN, []) is there


def test_where_a_detector_sees_people_is_looked_at_too():
    there = somebody(120, 104)
    again = SecondLook([seen_only(lambda region: region.x == 120, there)])
    assert again.at_lost(PICTURE, KNOWN, []) is None
    assert again.at_lost(PICTURE, KNOWN, [Region(120, 104, 118)]) is there


@pytest.mark.parametrize(
    "other",
    [somebody(180, 100), somebody(100, 100, math.pi), somebody(104, 100, confidence=0.3)],
    ids=["far off", "on the head", "guessed"],
)
def test_who_is_not_likely_the_one_who_was_lost_is_left_out(other):
    assert SecondLook([lambda picture, region: other]).at_lost(PICTURE, KNOWN, []) is None


def test_between_frames_of_fewer_a_second_somebody_moves_farther():
    there = somebody(140, 100)
    looks = [lambda picture, region: there]
    assert SecondLook(looks, fps=25).at_lost(PICTURE, KNOWN, []) is None
    assert SecondLook(looks, fps=8).at_lost(PICTURE, KNOWN, []) is there
    near, nearer = somebody(120, 100), somebody(112, 100)
    looks = [lambda picture, region: nearer]
    assert SecondLook(looks, fps=60).confirmed(PICTURE, KNOWN, near) is nearer
    assert SecondLook(looks, fps=15).confirmed(PICTURE, KNOWN, near) is near


def test_longer_ago_somebody_may_be_farther():
    there = SecondLook([lambda picture, region: somebody(140, 100)])
    assert there.at_lost(PICTURE, KNOWN, [], frames=1) is None
    assert there.at_lost(PICTURE, KNOWN, [], frames=4) is not None


def test_who_walked_out_of_the_picture_is_not_looked_for():
    gone = somebody(-10, 100)
    assert SecondLook([lambda picture, region: gone]).at_lost(PICTURE, gone, []) is None


def test_a_jump_is_looked_at_again_and_what_is_nearer_is_believed():
    jumped, still = somebody(140, 100), somebody(102, 100)
    again = SecondLook([lambda picture, region: still])
    assert again.confirmed(PICTURE, KNOWN, jumped) is still
    assert SecondLook([lambda *_: None]).confirmed(PICTURE, KNOWN, jumped) is jumped


def test_nobody_who_is_at_once_on_their_head_is_believed():
    upended = somebody(100, 100, math.pi)
    assert SecondLook([lambda picture, region: upended]).confirmed(PICTURE, KNOWN, upended) is None


def test_half_a_turn_counts_for_half_a_body_in_either_direction():
    assert apart(somebody(9, 9, 3.0), somebody(9, 9, -3.0)) < 0.3
    one, other = somebody(0, 0, 0.0), somebody(0, 0, math.pi)
    gap = np.median(np.linalg.norm(one.person.points - other.person.points, axis=1))
    size = math.hypot(24, 80)
    assert apart(one, other) == pytest.approx(gap / size + 0.5, abs=1e-3)


class Blinking:
    """Sees somebody only in wide crops while they are blurred, which they are in frames 5 to 9."""

    def __init__(self):
        self.frame = 0
        self.looks = 0

    def look(self, picture, region):
        self.looks += 1
        blurred = 5 <= self.frame < 10
        return None if blurred and region.side < 150 else somebody(100 + self.frame, 100)


def test_a_blurred_person_stays_found_and_in_their_place():
    scene = Blinking()
    detect = lambda picture: [] if scene.frame else [Region(100, 100, 120)]  # noqa: E731
    watch = Watch(detect, scene.look, again=SecondLook([scene.look]))
    columns = []
    for scene.frame in range(14):
        columns.append([float(p.points[0, 0]) for p in watch(PICTURE).people])
    assert columns == [[100.0 + n] for n in range(14)]


def test_somebody_who_is_gone_is_looked_for_only_a_while():
    looked = []
    here = [True]

    def again(picture, region):
        looked.append(region)

    watch = Watch(
        lambda picture: [Region(100, 100, 120)] if here[0] else [],
        lambda picture, region: KNOWN if here[0] else None,
        again=SecondLook([again]),
    )
    watch(PICTURE)
    here[0] = False
    counts = []
    for _ in range(20):
        watch(PICTURE)
        counts.append(len(looked))
    assert counts[0] > 0
    assert counts[-5:] == [counts[-1]] * 5
