from fractions import Fraction

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.pairing import Pairing
from stickdance.synth.quality.sides import Side


def plan(reference, rendered, pair_by="auto"):
    return Pairing.plan(Side.open(reference), Side.open(rendered), pair_by)


def numbers(pairing):
    return [
        (one.reference and one.reference.number, one.rendered and one.rendered.number)
        for one in pairing.matches()
    ]


def test_folders_are_paired_by_name_in_the_order_of_numbers(make_folder, noise_frames):
    one, other = (make_folder(name, noise_frames(1, 12)) for name in "ab")
    pairing = plan(one, other)
    assert pairing.rule == "by name"
    assert [match.name for match in pairing.matches()] == [f"frame_{n}" for n in range(12)]


def test_folders_of_other_names_can_be_paired_by_number(make_folder, noise_frames):
    one = make_folder("a", noise_frames(1, 3))
    other = make_folder("b", noise_frames(1, 4), "fake_{}.png")
    assert numbers(plan(one, other, "number")) == [(0, 0), (1, 1), (2, 2), (None, 3)]
    assert all(None in pair for pair in numbers(plan(one, other)))


def test_names_are_refused_where_there_are_none(make_video, make_folder, noise_frames):
    with pytest.raises(BadInput, match=r"film\.mp4: is no folder of pictures"):
        plan(make_folder("a", noise_frames(1)), make_video("film.mp4", 5), "name")


def test_videos_of_one_rate_are_paired_by_number(make_video):
    pairing = plan(make_video("a.mp4", 4), make_video("b.mp4", 5))
    assert pairing.rule == "by number"
    assert numbers(pairing) == [(0, 0), (1, 1), (2, 2), (3, 3), (None, 4)]


def test_twice_the_rate_leaves_every_second_frame_alone(make_video):
    pairing = plan(make_video("a.mp4", 4, fps=10), make_video("b.mp4", 8, fps=20))
    assert pairing.rule == "by time"
    matches = list(pairing.matches())
    assert [(m.reference.number, m.rendered.number) for m in matches if m.reference] == [
        (0, 0), (1, 2), (2, 4), (3, 6),
    ]  # fmt: skip
    assert [m.between for m in matches if m.reference is None] == [True, True, True, True]


@pytest.mark.parametrize(("slow", "fast"), [(4, 6), (3, 8)])
def test_what_a_side_ends_before_is_lacking_at_any_rates(make_video, slow, fast):
    one, other = make_video("a.mp4", slow, fps=10), make_video("b.mp4", fast, fps=20)
    for reference, rendered in ((one, other), (other, one)):
        alone = [m for m in plan(reference, rendered).matches() if not (m.reference and m.rendered)]
        lacking = [m.seconds for m in alone if not m.between]
        assert lacking == ([Fraction(3, 10)] if slow == 4 else [Fraction(3, 10), Fraction(7, 20)])


@pytest.mark.parametrize("rates", [(25, 30), (30, 25), (24, 60), (29.97, 25)])
def test_pairs_by_time_are_near_and_take_no_frame_twice(make_video, rates):
    one, other = make_video("a.mp4", 40, fps=rates[0]), make_video("b.mp4", 40, fps=rates[1])
    pairs = [
        (m.reference, m.rendered) for m in plan(one, other).matches() if m.reference and m.rendered
    ]
    assert all(abs(a.seconds - b.seconds) <= 0.5 / max(rates) + 1e-9 for a, b in pairs)
    for side in (0, 1):
        taken = [pair[side].number for pair in pairs]
        assert taken == sorted(set(taken))
    # of the slower side nearly every frame that the other reaches has a partner
    shared = min(40 / rates[0], 40 / rates[1]) * min(rates)
    assert len(pairs) >= 0.8 * shared
