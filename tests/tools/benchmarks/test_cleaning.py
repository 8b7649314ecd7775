from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.tools.benchmarks.cleaning import METHODS, Answer, judged
from stickdance.tools.benchmarks.faulty_poses import FAULTS, HARMLESS, Faulty
from stickdance.tools.demo.filming import filming_poses


@pytest.fixture(scope="module")
def dance() -> PoseSequence:
    return filming_poses(10.0, (256, 256), 25.0, seed=1)


@pytest.mark.parametrize("kind", FAULTS)
def test_what_is_said_to_be_wrong_was_moved_and_nothing_else(dance, kind):
    faulty = FAULTS[kind](dance, np.random.default_rng(4))
    height = body_height(dance.points, dance.skeleton)
    away = np.linalg.norm(faulty.poses.points - dance.points, axis=-1) / height
    assert (faulty.wrong == (np.nan_to_num(away) > HARMLESS)).all()
    assert (faulty.missing == np.isnan(away)).all()
    assert faulty.wrong.any() != (kind == "outages")
    assert 0.01 < (faulty.wrong | faulty.missing).any(axis=1).mean() < 0.3


def test_faults_follow_their_seed(dance):
    same = [FAULTS["other_people"](dance, np.random.default_rng(2)).wrong for _ in range(2)]
    assert (same[0] == same[1]).all()
    other = FAULTS["other_people"](dance, np.random.default_rng(3)).wrong
    assert (same[0] != other).any()


def test_figures_are_counted_as_by_hand(dance):
    poses = dance.part(0, 10)
    wrong, missing = (np.zeros((10, 18), bool) for _ in range(2))
    wrong[2, :3] = wrong[5, 4] = missing[7] = True
    refused = np.zeros((10, 18), bool)
    refused[2, 0] = refused[8, 1] = True  # one of two found, one false alarm
    height = body_height(poses.points, poses.skeleton)
    points = poses.points.astype(float)
    points[2, :3, 0] += 0.1 * height
    points[7, 9:] = np.nan
    own = np.zeros(10, bool)
    faulty = Faulty(replace(poses), wrong, missing)
    figures = judged(faulty, poses, Answer(refused, points), own).figures()
    assert figures["found"] == 0.5
    assert figures["alarms"] == pytest.approx(1 / 7)
    assert figures["alarms_own"] == 0
    assert figures["error"] == pytest.approx(0.3 / 13, rel=1e-3)
    assert figures["open"] == pytest.approx(9 / 22)


def test_cleaning_beats_the_papers_filter_on_runs(dance):
    faulty = FAULTS["shifted_runs"](dance, np.random.default_rng(4))
    nothing = np.zeros(len(dance), bool)
    ours, paper = (
        judged(faulty, dance, METHODS[name](faulty.poses), nothing).figures()
        for name in ("ours", "paper")
    )
    assert ours["found"] == 1.0
    assert ours["error"] < 0.02 < paper["error"]
