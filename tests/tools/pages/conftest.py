"""A small dance, held in memory: 8 s of a song of 20 s, from its fourth second on."""

from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step

FPS, SECONDS, START = 10.0, 8.0, 4.0
SIZE = (96, 128)
NAME = '<b>"song" & co</b>.mp3'


def small_poses():
    """Joints that keep their places on a body which sways from side to side."""
    body = np.random.default_rng(3).uniform((40, 20), (56, 110), (18, 2))
    at = np.arange(round(FPS * SECONDS)) / FPS
    points = np.repeat(body[None], len(at), axis=0)
    points[..., 0] += 25 * np.sin(at)[:, None]
    return PoseSequence(points, np.ones(points.shape[:2]), FPS, SIZE)


def small_plan(steps=True, sections=True):
    """Beats every half second; sections A to second 8, B (the chorus) to 16, then A again."""
    parts = (Section("A", 0, 8, False), Section("B", 8, 16, True), Section("A", 16, 20, False))
    placed = tuple(Step(name, 4 * n, 4) for n, name in enumerate("abccddeefg"))
    return Choreography(
        NAME, "0" * 64, 20.0, 120.0, 4, tuple(np.arange(0, 20, 0.5).tolist()), (0,),
        parts if sections else (), placed if steps else (),
    )  # fmt: skip


def dance_of(plan, poses=None):
    return Dance(Path("dance"), poses or small_poses(), plan, None, None, START, {})


@pytest.fixture(scope="session")
def dance():
    return dance_of(small_plan())


@pytest.fixture
def dance_without_steps():
    return dance_of(small_plan(steps=False, sections=False))


@pytest.fixture
def dance_half_seen():
    """Nobody is seen in the first half of the dance."""
    poses = small_poses()
    poses.confidence[: len(poses) // 2] = 0
    return dance_of(small_plan(), poses)
