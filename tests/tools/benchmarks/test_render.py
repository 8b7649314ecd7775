import json
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.synth.performer.performer import Performer
from stickdance.synth.poses_to_video import read_dance
from stickdance.tools.benchmarks.render import Speed, as_table
from stickdance.tools.benchmarks.render_material import danced, doubled, lengthened

DEMO = Path(__file__).resolve().parents[3] / "checkpoints" / "demo"


@pytest.fixture(scope="module")
def actor():
    return Performer.load(DEMO, "cpu")


@pytest.fixture(scope="module")
def dance(actor, tmp_path_factory):
    return danced(actor.body, 20.0, tmp_path_factory.mktemp("dance"))


def test_the_doubled_performer_paints_the_same_dance_twice_as_large(actor, dance, tmp_path):
    twice = Performer.load(doubled(actor, tmp_path / "twice").path, "cpu")
    assert twice.size == (512, 512)
    small, large = (read_dance(dance, each)[0].part(40, 41) for each in (actor, twice))
    assert np.allclose(large.points, 2 * small.points, atol=0.5)
    frames = [
        each.render(poses.points, poses.confidence)[0].astype(float)
        for each, poses in ((actor, small), (twice, large))
    ]
    shrunk = frames[1].reshape(256, 2, 256, 2, 3).mean((1, 3))
    assert np.abs(shrunk - frames[0]).mean() < 6


def test_a_lengthened_dance_goes_there_and_back(dance, tmp_path):
    poses = PoseSequence.load(dance / "poses.npz")
    long = PoseSequence.load(lengthened(dance, 60.0, tmp_path / "long") / "poses.npz")
    count = len(poses)
    assert len(long) == 1500
    assert np.array_equal(long.points[:count], poses.points)
    assert np.array_equal(long.points[count], poses.points[-1])
    assert np.array_equal(long.points[count + 7], poses.points[-8])
    steps = np.linalg.norm(np.diff(long.points[:, 1], axis=0), axis=-1)
    assert steps.max() <= np.linalg.norm(np.diff(poses.points[:, 1], axis=0), axis=-1).max()


def test_times_are_ratios_to_the_baseline_of_the_same_run():
    best = {
        ("256x256", "pix2pixhd", "network"): Speed(1.25, 1600.0),
        ("256x256", "torch", "whole"): Speed(50.0, 40.0),
        ("512x512", "torch", "whole"): Speed(10.0, 200.0),
    }
    table = as_table(best, {("256x256", "torch"): {"mean_loss": 0.1, "largest_loss": 1.0}})
    assert table["256x256"]["torch"]["whole"] == {
        "fps": 50.0,
        "times": 40.0,
        "core_ms": 40.0,
        "core_times": 40.0,
    }
    assert table["512x512"]["torch"]["whole"]["times"] == 8.0
    assert table["256x256"]["torch"]["mean_loss"] == 0.1
    json.dumps(table)
