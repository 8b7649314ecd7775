from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.body.proportions import default_profile
from stickdance.synth.options import RenderOptions, check_crew
from stickdance.synth.rendering.formation import formation_of

WIDE = replace(default_profile((640, 360)), height=200.0, ground=320.0, centre=320.0)


def dance(reach=50.0, body=WIDE):
    """Somebody whose joints lie up to `reach` pixels to either side of their place."""
    columns = body.centre + np.linspace(-reach, reach, 18)
    points = np.tile(np.stack([columns, np.full(18, 200.0)], axis=1), (20, 1, 1))
    return PoseSequence(points, np.ones((20, 18)), 25.0, body.size, OPENPOSE_18)


def crew(number=3, how="canon", body=WIDE, reach=50.0, **more):
    options = RenderOptions(crew=number, crew_as=how, **more)
    return formation_of(dance(reach, body), body, options, 120.0)


def test_one_dancer_stands_where_they_were_filmed():
    assert crew(1) is None


def test_the_middle_one_is_as_filmed_and_the_others_smaller_and_higher_in_the_picture():
    places = crew().places
    middle = places[-1]  # laid last, in front
    assert (middle.column, middle.row, middle.scale) == (320.0, 320.0, 1.0)
    for other in places[:-1]:
        assert other.scale == pytest.approx(0.94)
        # The ground between feet and horizon, 0.62 heights above, shrinks as the person does.
        assert other.row == pytest.approx(320 - 0.62 * 200 * 0.06)
    assert sorted(place.column for place in places) == pytest.approx([176, 320, 464])


def test_two_stand_side_by_side_as_large_as_each_other():
    one, other = crew(2).places
    assert one.scale == other.scale == 1 and one.row == other.row
    assert abs(one.column - other.column) == pytest.approx(0.72 * 200)


def test_in_canon_the_middle_begins_and_each_is_two_beats_later():
    by_column = sorted(crew().places)
    assert [place.delay for place in by_column] == [25, 0, 50]
    assert {p.delay for p in crew(crew_delay=0.4).places} == {0, 10, 20}
    assert {p.delay for p in crew(how="unison").places} == {0}


def test_neighbours_are_mirrored_and_the_middle_is_not():
    by_column = sorted(crew(5, "mirrored", reach=20.0).places)
    assert [place.mirrored for place in by_column] == [False, True, False, True, False]


def test_in_a_narrower_picture_they_come_nearer_and_step_back():
    narrow = replace(WIDE, size=(330, 360), centre=165.0)
    places = crew(body=narrow).places
    columns = sorted(place.column for place in places)
    assert 0.4 * 200 * 0.78 <= columns[1] - columns[0] < 0.72 * 200
    for place in places:
        assert place.column - place.scale * 50 >= -20 and place.column + place.scale * 50 <= 350


def test_a_crew_that_does_not_fit_is_refused_with_a_size_that_would_do():
    narrow = replace(WIDE, size=(160, 360), centre=80.0)
    with pytest.raises(
        BadInput, match=r"--crew 3: 3 dancers .* 160x360; name a wider --size, e.g."
    ):
        crew(body=narrow)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"crew": 0}, "--crew 0: expected 1 to 7"),
        ({"crew": 8}, "--crew 8: expected 1 to 7"),
        ({"crew_as": "mirrored"}, "--crew-as mirrored: goes with --crew 2"),
        ({"crew_delay": 1.0}, "--crew-delay: goes with --crew"),
        ({"crew": 3, "crew_delay": 99.0}, "--crew-delay 99: expected more than 0, at most 8 sec"),
    ],
)
def test_numbers_without_an_effect_are_a_usage_error(options, message):
    with pytest.raises(UsageError, match=message):
        check_crew(RenderOptions(**options))
