import numpy as np

from capture.estimators.contract import Person
from capture.tracking import body_size, follow, link


def person(x, y=100.0, tall=80.0, sure=0.9):
    points = np.array([(x, y), (x - 10, y + tall / 2), (x + 10, y + tall)], np.float32)
    return Person(points, np.full(3, sure, np.float32))


def test_nobody_is_followed_where_nobody_is():
    assert follow([(), (), ()]) == [None, None, None]
    assert follow([]) == []


def test_the_larger_person_is_the_target_whatever_the_order():
    frames = []
    for number in range(20):
        large, small = person(50 + number, tall=120), person(200 - number, tall=40)
        frames.append((small, large) if number % 2 else (large, small))
    followed = follow(frames)
    assert [round(float(p.points[0, 0])) for p in followed] == [50 + n for n in range(20)]


def test_two_people_who_cross_keep_their_tracks():
    frames = [(person(40 + 6 * n, y=100), person(160 - 6 * n, y=160)) for n in range(20)]
    tracks = link(frames)
    assert len(tracks) == 2
    rows = [{float(p.points[0, 1]) for p in track.people.values()} for track in tracks]
    assert sorted(map(sorted, rows)) == [[100.0], [160.0]]


def test_a_target_lost_for_long_is_found_again_elsewhere():
    frames = [(person(50),)] * 10 + [()] * 40 + [(person(400),)] * 10
    followed = follow(frames, patience=5)
    assert all(p is not None for p in followed[:10] + followed[50:])
    assert followed[10:50] == [None] * 40


def test_a_passer_by_of_another_size_does_not_take_over():
    frames = [(person(50, tall=100),)] * 20 + [(person(300, tall=30),)] * 5
    assert follow(frames)[20:] == [None] * 5


def test_the_size_of_a_body_is_the_diagonal_of_its_joints():
    points = np.array([(0, 0), (30, 40), (np.nan, np.nan)], np.float32)
    assert body_size(Person(points, np.array([1, 1, 0], np.float32))) == 50.0
    assert body_size(Person(points, np.zeros(3, np.float32))) == 1.0
