from dataclasses import replace

import pytest

from stickdance.tools.pages.dance_strip import danced_steps, figures, stretches


def test_only_what_was_danced_of_the_song_is_told(dance):
    told = [(each.label, each.chorus, each.start, each.end) for each in stretches(dance)]
    assert told == [("A", False, 0.0, 4.0), ("B", True, 4.0, 8.0)]


def test_steps_stand_in_the_section_that_they_begin_in_with_how_often(dance):
    # Steps of 2 s from the song's beginning, a b c c | d d e e: the first 4 s are not danced.
    assert [each.steps for each in stretches(dance)] == [["c × 2"], ["d × 2"]]
    assert [step.start for step in danced_steps(dance)] == [0.0, 2.0, 4.0, 6.0]


def test_a_step_that_was_begun_before_the_dance_belongs_to_it(dance):
    first = danced_steps(replace(dance, start_seconds=5.0))[0]
    assert (first.action, first.start, first.end) == ("c", 0.0, 1.0)


def test_sections_of_the_same_music_have_the_same_colour(dance):
    b, a = stretches(replace(dance, start_seconds=9.0))
    assert (b.colour, a.colour) == (1, 0)


def test_figures_stand_where_steps_begin_and_inside_the_strip(dance):
    shown = figures(dance, 8)
    assert [(each.action, each.seconds) for each in shown] == [
        ("c", 0.0), ("c", 2.0), ("d", 4.0), ("d", 6.0),
    ]  # fmt: skip
    assert [each.place for each in shown] == pytest.approx([0, 7 / 32, 14 / 32, 21 / 32])


def test_no_more_figures_than_have_room(dance):
    assert [each.seconds for each in figures(dance, 2)] == [0.0, 4.0]


def test_figures_are_of_one_size_and_hold_their_bones(dance):
    shown = figures(dance, 8)
    assert len({each.box[2:] for each in shown}) == 1
    for each in shown:
        left, top, width, height = each.box
        assert len(each.bones) == 17
        for bone in each.bones:
            assert left <= min(bone.x1, bone.x2) <= max(bone.x1, bone.x2) <= left + width
            assert top <= min(bone.y1, bone.y2) <= max(bone.y1, bone.y2) <= top + height
    sides = [bone.side for bone in shown[0].bones]
    assert (sides.count("left"), sides.count("right"), sides.count("middle")) == (8, 8, 1)


def test_a_dance_without_steps_shows_evenly_spread_poses(dance_without_steps):
    assert [each.seconds for each in figures(dance_without_steps, 4)] == [0, 2, 4, 6]
    assert stretches(dance_without_steps) == []


def test_where_nobody_is_seen_there_is_no_figure(dance_half_seen):
    assert [each.seconds for each in figures(dance_half_seen, 8)] == [4.0, 6.0]
