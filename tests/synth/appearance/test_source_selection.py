import itertools

import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.appearance.body_parts import PARENTS, PARTS, PLACE, pose_parts
from stickdance.synth.appearance.source_selection import (
    ChoiceCosts,
    Sources,
    choose,
    choose_apart,
    part_costs,
)

FREE = ChoiceCosts(
    seam=0,
    seam_of_head=0,
    switch=0,
    switch_of_head=0,
    hidden=0,
    hollow=0,
    blurred=0,
    odd=0,
    mirrored=0,
    mirrored_body=0,
    place=0,
)


def sources(poses, frames=None, visible=None, hidden=None, detail=None, odd=None, mirrored=None):
    count = len(poses)
    return Sources(
        pose_parts(poses, 50.0),
        np.arange(count) if frames is None else frames,
        np.ones((count, len(PARTS))) if visible is None else visible,
        np.zeros((count, len(PARTS))) if hidden is None else hidden,
        np.ones((count, len(PARTS))) if detail is None else detail,
        np.zeros((count, len(PARTS))) if odd is None else odd,
        np.zeros(count, bool) if mirrored is None else mirrored,
        50.0,
    )


@pytest.fixture
def poses():
    random = np.random.default_rng(0)
    base = random.uniform(40, 160, (1, 18, 2))
    return (base + random.normal(size=(6, 18, 2)) * 12).astype(np.float32)


def test_a_filmed_pose_is_taken_from_its_own_frame(poses):
    known = sources(poses)
    costs = part_costs(known.parts, known, ChoiceCosts())
    chosen = choose(costs, known, ChoiceCosts(switch=0, switch_of_head=0))
    assert (chosen == np.arange(6)[:, None]).all()


def test_forbidden_frames_are_not_used(poses):
    known = sources(poses)
    costs = part_costs(known.parts, known, FREE, np.tile([[2, 5]], (6, 1)))
    assert not np.isin(choose(costs, known, FREE), [2, 3, 4]).any()


def test_forbidding_everything_forbids_nothing(poses):
    known = sources(poses)
    costs = part_costs(known.parts, known, FREE)
    assert (part_costs(known.parts, known, FREE, np.tile([[0, 99]], (6, 1))) == costs).all()


def test_a_frame_that_lacks_the_part_is_never_chosen(poses):
    poses[3, OPENPOSE_18.index["left_wrist"]] = np.nan
    known = sources(poses)
    costs = part_costs(known.parts, known, FREE)
    assert (costs[:, PLACE["left_forearm"], 3] > 1e3).all()


def test_the_tree_of_parts_is_solved_exactly():
    # Three sources, compared with trying all combinations over the root, one arm and its hand.
    random = np.random.default_rng(4)
    seam, arm, hand = 0.3, PLACE["left_upper_arm"], PLACE["left_forearm"]
    known = sources(random.uniform(40, 160, (3, 18, 2)).astype(np.float32))
    for _ in range(20):
        costs = np.zeros((1, len(PARTS), 3))
        costs[0, [0, arm, hand]] = random.uniform(size=(3, 3))
        chosen = choose(costs, known, ChoiceCosts(seam=seam))[0]

        def total(choice, costs=costs):
            seams = sum(choice[p] != choice[PARENTS[p]] for p in range(1, len(PARTS)))
            return costs[0, np.arange(len(PARTS)), choice].sum() + seam * seams

        def best_with(root, one, other, total=total):
            choice = np.full(len(PARTS), root)
            choice[arm], choice[hand] = one, other
            return total(choice)

        best = min(best_with(*each) for each in itertools.product(range(3), repeat=3))
        assert total(chosen) == pytest.approx(best)


def test_the_choice_is_kept_while_another_frame_is_hardly_better():
    random = np.random.default_rng(5)
    known = sources(random.uniform(40, 160, (2, 18, 2)).astype(np.float32), np.array([0, 100]))
    costs = np.full((20, len(PARTS), 2), 0.5)
    costs[:, :, 1] += np.where(np.arange(20) % 2, 0.02, -0.02)[:, None]
    steady = choose(costs, known, ChoiceCosts(switch=0.05, switch_of_head=0.05))
    restless = choose(costs, known, ChoiceCosts(switch=0, switch_of_head=0))
    assert (np.diff(steady[:, 0]) != 0).sum() == 0
    assert (np.diff(restless[:, 0]) != 0).sum() == 19


def test_over_time_the_choice_is_the_cheapest_of_all():
    # Five sources, two of them mirrored, compared with trying every sequence of one part's choices.
    random = np.random.default_rng(6)
    frames, mirrored = np.array([0, 1, 9, 0, 9]), np.arange(5) >= 3
    poses = random.uniform(40, 160, (5, 18, 2)).astype(np.float32)
    known = sources(poses, frames, mirrored=mirrored)
    weights = ChoiceCosts(seam=0, switch=0.3, switch_of_head=0.3)
    apart = np.minimum(np.abs(frames[:, None] - frames) / 4, 1)
    apart = 0.3 * np.where(mirrored[:, None] != mirrored, 1, apart)
    for _ in range(10):
        costs = random.uniform(size=(4, len(PARTS), 5))
        chosen = choose(costs, known, weights)[:, 1]

        def total(sequence, costs=costs):
            alone = costs[np.arange(4), 1, list(sequence)].sum()
            return alone + sum(apart[a, b] for a, b in itertools.pairwise(sequence))

        best = min(total(sequence) for sequence in itertools.product(range(5), repeat=4))
        assert total(chosen) == pytest.approx(best)


def test_what_lies_underneath_comes_from_a_frame_that_shows_the_part(poses):
    visible = np.ones((6, len(PARTS)))
    visible[2, 0] = 0.3
    known = sources(poses, visible=visible)
    costs = part_costs(known.parts, known, FREE)
    assert choose_apart(costs, 1 - visible)[2, 0] != 2


def test_a_part_that_looks_unlike_itself_is_taken_from_another_frame_but_not_in_its_own_pose(poses):
    odd = np.zeros((2, len(PARTS)))
    odd[0] = 0.3
    known = sources(poses[:2], odd=odd)
    alike = sources(np.repeat(poses[:1], 2, 0), odd=odd)
    costs = part_costs(sources(poses[3:4]).parts, alike, ChoiceCosts())
    assert (choose(costs, alike, ChoiceCosts()) == 1).all()
    costs = part_costs(known.parts, known, ChoiceCosts())
    assert (choose(costs[:1], known, ChoiceCosts()) == 0).all()


def test_of_two_poses_alike_the_sharper_frame_is_chosen(poses):
    alike, detail = np.repeat(poses[:1], 2, 0), np.ones((2, len(PARTS)))
    detail[0] = 0
    known = sources(alike, detail=detail)
    costs = part_costs(sources(poses[3:4]).parts, known, ChoiceCosts())
    assert (choose(costs[:1], known, ChoiceCosts()) == 1).all()


def test_clothes_with_an_arm_before_them_give_way_to_whole_ones_and_a_shin_does_not(poses):
    hidden = np.zeros((6, len(PARTS)))
    hidden[2, [PLACE["torso"], PLACE["left_thigh"], PLACE["left_shin"]]] = 0.2
    known = sources(np.repeat(poses[:1], 6, 0), hidden=hidden)
    costs = part_costs(known.parts, known, ChoiceCosts())[0, :, 2]
    assert min(costs[PLACE["torso"]], costs[PLACE["left_thigh"]]) > 0.1
    assert 0.03 > costs[PLACE["left_shin"]] > 0


def test_both_thighs_come_from_one_frame_where_it_costs_little(poses):
    known = sources(np.repeat(poses[:1], 2, 0))
    costs = np.zeros((1, len(PARTS), 2), np.float32)
    costs[0, :, 1] = 1.0
    costs[0, [PLACE["left_thigh"], PLACE["right_thigh"]]] = [[0.15, 0], [0, 0.15]]
    left, right = choose(costs, known, ChoiceCosts())[
        0, [PLACE["left_thigh"], PLACE["right_thigh"]]
    ]
    assert left == right
    left, right = choose(costs, known, FREE)[0, [PLACE["left_thigh"], PLACE["right_thigh"]]]
    assert left != right


def test_thighs_posed_alike_are_the_less_alike_the_more_the_other_is_turned():
    points = np.random.default_rng(1).uniform(40, 160, (1, 18, 2)).astype(np.float32)
    turned = points.copy()
    turned[0, OPENPOSE_18.index["left_knee"]] += 30
    known = sources(np.concatenate([points, turned]))
    costs = part_costs(pose_parts(points, 50.0), known, FREE)[0, PLACE["right_thigh"]]
    assert costs[1] > costs[0] + 0.1
