import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.estimators.people import Found, Region
from stickdance.capture.estimators.regions import Watch

SHAPE = np.array([(0, -40), (-12, -20), (12, -20), (-8, 10), (8, 10), (-8, 40), (8, 40)], float)


class Scene:
    """People as spots whose places are known; it counts how often it is looked at."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[float, float]] = {}
        self.searches = self.looks = 0

    def detect(self, picture):
        self.searches += 1
        if picture.shape[:2] != (200, 300):
            return []  # nobody is small
        return [Region(x, y, 120.0) for x, y in self.places.values()]

    def look(self, picture, region):
        self.looks += 1
        near = [
            (np.hypot(x - region.x, y - region.y), x, y)
            for x, y in self.places.values()
            if np.hypot(x - region.x, y - region.y) < 40
        ]
        if not near:
            return None
        _, x, y = min(near)
        points = (SHAPE + np.array([x, y])).astype(np.float32)
        matte = np.zeros((200, 300), np.uint8)
        matte[int(y), int(x)] = 255
        return Found(Person(points, np.ones(7, np.float32)), matte, Region(x, y, 120.0))


def watched(scene, steps):
    """Return the columns of the people found in each step."""
    watch = Watch(scene.detect, scene.look)
    picture = np.zeros((200, 300, 3), np.uint8)
    columns = []
    for places in steps:
        scene.places = places
        people = watch(picture).people
        columns.append([float(person.points[0, 0]) for person in people])
    return columns


def test_everybody_is_found_and_keeps_their_place_in_the_list():
    steps = [{"anna": (60 + n, 100), "bela": (220 - n, 100)} for n in range(20)]
    assert watched(Scene(), steps) == [[60 + n, 220 - n] for n in range(20)]


def test_one_person_costs_one_look_a_frame_and_few_searches():
    scene = Scene()
    watched(scene, [{"anna": (100 + n, 100)} for n in range(60)])
    assert scene.looks == 60
    assert scene.searches < 6 + 16  # the whole picture every tenth frame, tiles once


def test_somebody_who_comes_in_later_is_found_within_ten_frames():
    steps = [{"anna": (60, 100)}] * 5 + [{"anna": (60, 100), "bela": (220, 100)}] * 10
    counts = [len(columns) for columns in watched(Scene(), steps)]
    assert counts[:5] == [1] * 5
    assert counts[-4:] == [2] * 4


def test_a_person_hidden_behind_another_is_not_found_twice_and_comes_back():
    steps = [{"anna": (60 + 5 * n, 100), "bela": (160, 100)} for n in range(14)]
    hidden = [{"bela": (160, 100)}] * 6
    after = [{"anna": (230 + 5 * n, 100), "bela": (160, 100)} for n in range(10)]
    columns = watched(Scene(), steps + hidden + after)
    assert columns[16] == [160.0]
    assert sorted(columns[-1]) == [160.0, 275.0]


def test_mattes_are_joined_and_an_empty_picture_has_none():
    scene = Scene()
    watch = Watch(scene.detect, scene.look)
    picture = np.zeros((200, 300, 3), np.uint8)
    assert watch(picture).matte is None
    scene.places = {"anna": (60, 100), "bela": (220, 100)}
    matte = [watch(picture) for _ in range(12)][-1].matte
    assert matte[100, 60] == matte[100, 220] == 255
    assert matte.sum() == 2 * 255


def test_of_a_crowd_the_largest_four_are_followed():
    scene = Scene()
    watch = Watch(scene.detect, scene.look, most=2)
    scene.places = {str(x): (x, 100) for x in (40, 130, 220)}
    assert len(watch(np.zeros((200, 300, 3), np.uint8)).people) == 2
