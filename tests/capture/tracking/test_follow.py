from dataclasses import replace

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.tracking.follow import body_size, follow, link


def person(x, y=100.0, tall=80.0, sure=0.9):
    points = np.array([(x, y), (x - 10, y + tall / 2), (x + 10, y + tall)], np.float32)
    return Person(points, np.full(3, sure, np.float32))


def test_nobody_is_followed_where_nobody_is():
    assert follow([(), (), ()]).people == [None, None, None]
    assert follow([]).people == []


def test_the_larger_person_is_the_target_whatever_the_order():
    frames = []
    for number in range(20):
        large, small = person(50 + number, tall=120), person(200 - number, tall=40)
        frames.append((small, large) if number % 2 else (large, small))
    followed = follow(frames).people
    assert [round(float(p.points[0, 0])) for p in followed] == [50 + n for n in range(20)]


def test_two_people_who_cross_keep_their_tracks():
    frames = [(person(40 + 6 * n, y=100), person(160 - 6 * n, y=160)) for n in range(20)]
    tracks = link(frames)
    assert len(tracks) == 2
    rows = [{float(p.points[0, 1]) for p in track.people.values()} for track in tracks]
    assert sorted(map(sorted, rows)) == [[100.0], [160.0]]


def test_a_target_lost_for_long_is_found_again_elsewhere():
    frames = [(person(50),)] * 10 + [()] * 40 + [(person(400),)] * 10
    followed = follow(frames, patience=5).people
    assert all(p is not None for p in followed[:10] + followed[50:])
    assert followed[10:50] == [None] * 40


def test_a_passer_by_of_another_size_does_not_take_over():
    frames = [(person(50, tall=100),)] * 20 + [(person(300, tall=30),)] * 5
    assert follow(frames).people[20:] == [None] * 5


def test_the_size_of_a_body_is_the_diagonal_of_its_joints():
    points = np.array([(0, 0), (30, 40), (np.nan, np.nan)], np.float32)
    assert body_size(Person(points, np.array([1, 1, 0], np.float32))) == 50.0
    assert body_size(Person(points, np.zeros(3, np.float32))) == 1.0


def dressed_in(someone, colour):
    look = np.zeros(8, np.float32)
    look[[colour, 4 + colour]] = 1
    return replace(someone, look=look)


def test_people_who_hide_each_other_are_told_apart_by_their_colours():
    frames = []
    for n in range(60):
        red, blue = person(50 + 5 * n, tall=100), person(350 - 5 * n, tall=96)
        both = [dressed_in(red, 0), dressed_in(blue, 1)]
        if 25 <= n < 36:  # the red one is behind the blue one
            both = both[1:]
        frames.append(tuple(both))
    followed = follow(frames)
    looks = {int(p.look.argmax()) for p in followed.people if p is not None}
    assert len(looks) == 1
    target = looks.pop()
    assert sum(p is not None for p in followed.people) == (49 if target == 0 else 60)
    assert any("taken for one another" in doubt.reason for doubt in followed.doubtful)
    doubt = next(doubt for doubt in followed.doubtful if "taken for" in doubt.reason)
    assert doubt.told(10, offset=100).startswith("12.")


def test_who_comes_back_in_the_same_colours_is_the_target_and_a_stranger_is_not():
    away = [()] * 40
    frames = [(dressed_in(person(50), 0),)] * 30 + away
    frames += [(dressed_in(person(300), 1),)] * 20 + away + [(dressed_in(person(90), 0),)] * 20
    followed = follow(frames, patience=5)
    assert followed.people[75] is None
    assert followed.people[-1] is not None
    assert followed.doubtful == ()
    assert len(followed.others[75]) == 1
    assert followed.others[-1] == ()


def test_who_turns_round_where_they_were_lost_is_no_stranger():
    front, back = dressed_in(person(50), 1), dressed_in(person(60), 1)
    back = replace(back, look=np.array([0, 0.4, 0.6, 0, 0, 0.4, 0.6, 0], np.float32))
    frames = [(front,)] * 60 + [()] * 12 + [(back,)] * 60
    followed = follow(frames, patience=5)
    assert followed.doubtful == ()
    assert all(p is not None for p in followed.people[72:])


def test_who_comes_in_far_away_in_other_colours_is_doubtful():
    stranger = replace(person(400), look=np.array([0, 0.4, 0.6, 0, 0, 0.4, 0.6, 0], np.float32))
    frames = [(dressed_in(person(50), 1),)] * 60 + [()] * 12 + [(stranger,)] * 20
    (doubt,) = follow(frames, patience=5).doubtful
    assert "may not be the one followed before" in doubt.reason


def test_a_glance_of_something_unlike_is_neither_followed_nor_said():
    lamp = replace(person(400), look=np.array([0, 0.4, 0.6, 0, 0, 0.4, 0.6, 0], np.float32))
    frames = [(dressed_in(person(50), 1),)] * 60 + [()] * 12 + [(lamp,)] * 2
    followed = follow(frames, patience=5)
    assert followed.doubtful == ()
    assert followed.people[72:] == [None, None]


def test_an_equal_beside_the_target_is_said():
    frames = [(person(50, tall=100), person(250, tall=98))] * 20
    (doubt,) = follow(frames).doubtful
    assert (doubt.first, doubt.last) == (0, 19)
    assert "somebody else" in doubt.reason
    assert doubt.told(10).startswith("0.0-2.0 s: ")


def test_of_two_equals_the_one_in_the_middle_is_the_target():
    frames = [(person(10), person(100))] * 10
    followed = follow(frames, size=(200, 200))
    assert all(p.points[0, 0] == 100 for p in followed.people)


def test_one_person_leaves_no_doubt():
    assert follow([(person(50 + n),) for n in range(30)]).doubtful == ()


def test_who_is_meant_can_be_said() -> None:
    frames = [(person(50, tall=120), person(250, tall=60))] * 20
    frames[3] += (person(251, tall=20),)  # a glimpse of somebody right there
    followed = follow(frames, at=(250, 130))
    assert all(p.points[0, 0] == 250 for p in followed.people)
    assert followed.doubtful == ()
