import numpy as np

from stickdance.choreography.actions.catalog import STANDARD
from stickdance.choreography.body.pose_channels import mirrored
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.rules.filmed_actions import filmed_actions

PROFILE = default_profile((256, 256))
SOME = {name: STANDARD.danced[name] for name in ("mambo", "side_lunge", "body_roll", "lasso")}
NOISE = 0.01 * PROFILE.height * np.random.default_rng(0).normal(size=(60, 18, 2))


def footage_of(*names, side=False):
    values = [STANDARD.danced[name].poses(np.linspace(0, 1, 60)) for name in names]
    values = [mirrored(each) if side else each for each in values]
    body = body_from_profile(PROFILE)
    return np.concatenate([staged(each, body, 25.0).points + NOISE for each in values])


def test_an_action_that_was_filmed_is_known_and_others_are_not():
    assert filmed_actions(SOME, footage_of("side_lunge"), PROFILE) == {("side_lunge", False)}
    assert filmed_actions(SOME, footage_of("lasso", side=True), PROFILE) == {("lasso", True)}


def test_where_footage_may_be_mirrored_both_sides_are_filmed():
    both = filmed_actions(SOME, footage_of("side_lunge"), PROFILE, mirrors=True)
    assert both == {("side_lunge", False), ("side_lunge", True)}


def test_where_in_the_picture_it_was_filmed_does_not_count():
    moved = footage_of("side_lunge") + np.array([60, -20])
    assert filmed_actions(SOME, moved, PROFILE) == {("side_lunge", False)}


def test_somebody_who_stands_shows_no_action_however_small():
    standing = footage_of("body_roll").mean(axis=0) + NOISE
    assert filmed_actions(SOME, standing, PROFILE) == frozenset()
