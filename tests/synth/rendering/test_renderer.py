import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from stickdance.capture.pose.parts import HAND_21
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import OutOfMemory
from stickdance.synth.engines.torch_engine import TorchEngine
from stickdance.synth.performer.performer import Performer
from stickdance.synth.rendering.renderer import Poses, Renderer
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train


@pytest.fixture(scope="module")
def performer(tiny_take, tmp_path_factory):
    to = tmp_path_factory.mktemp("performers") / "anna"
    train(tiny_take, to, TrainingOptions(steps=1, size=(64, 64), batch=1, device="cpu", workers=0))
    return to


def test_too_little_memory_is_answered_with_fewer_frames_at_once(performer, make_dance, tmp_path):
    actor = Performer.load(performer, "cpu")
    poses = PoseSequence.load(make_dance(7) / "poses.npz")
    expected = actor.render(poses.points, poses.confidence)

    class Small:
        """An engine that has room for two frames."""

        name, step, most_at_once, side_by_side, half = "torch", 16, None, 1, False
        inner = actor.renderer.engine

        def paint(self, inputs):
            if len(inputs["stick"]) > 2:
                raise torch.OutOfMemoryError("no room")
            return self.inner.paint(inputs)

    renderer = Renderer(
        Small(), actor.generator, actor.appearance, actor.plate, actor.body, actor.style, 5
    )
    groups = list(renderer.paint(Poses(poses.points, poses.confidence)))
    frames = np.concatenate([group.over(actor.plate) for group in groups])
    assert max(len(group.pictures) for group in groups) == 2
    assert np.abs(frames.astype(int) - expected).mean() < 1
    assert renderer.notes == ["memory: no room for --batch 5; went on with 2"]


def test_the_network_sees_hands_where_a_dance_knows_them(performer, make_dance):
    actor = Performer.load(performer, "cpu", batch=2)
    body = PoseSequence.load(make_dance(5) / "poses.npz")
    fingers = body.joint("left_wrist")[:, None] + np.linspace(-4, 4, 21)[:, None]
    hand = PoseSequence(fingers, np.ones((5, 21)), body.fps, body.size, HAND_21)
    poses = Poses.of(replace(body, parts={"left_hand": hand}))
    seen = [
        torch.cat([each["stick"].sum((1, 2, 3)) for each in actor.renderer.windows(some)])
        for some in (poses, Poses.of(body), poses[1:3])
    ]
    assert (seen[0] > seen[1]).all()
    assert torch.equal(seen[2], seen[0][1:3])
    assert poses.shrunk(np.float32([2, 2])).parts["left_hand"].points[0, 0] == pytest.approx(
        fingers[0, 0] / 2
    )


def test_windows_painted_side_by_side_are_the_same_frames_in_the_same_order(performer, make_dance):
    actor = Performer.load(performer, "cpu", batch=1)
    poses = PoseSequence.load(make_dance(19) / "poses.npz")
    expected = actor.render(poses.points, poses.confidence)

    class Several:
        """An engine whose first windows take longest."""

        name, step, most_at_once, side_by_side, half = "torch", 16, 1, 3, False
        inner, threads, count = actor.renderer.engine, set(), 0

        def paint(self, inputs):
            self.threads.add(threading.get_ident())
            self.count += 1
            time.sleep(0.02 if self.count % 2 else 0)
            return self.inner.paint(inputs)

    several = Several()
    renderer = Renderer(
        several, actor.generator, actor.appearance, actor.plate, actor.body, actor.style
    )
    groups = list(renderer.paint(Poses(poses.points, poses.confidence)))
    frames = np.concatenate([group.over(actor.plate) for group in groups])
    assert 1 < len(several.threads) <= 3
    assert (frames == expected).all()


def test_memory_for_not_even_one_frame_is_said(performer, make_dance):
    actor = Performer.load(performer, "cpu")
    poses = PoseSequence.load(make_dance(3) / "poses.npz")

    class Nowhere:
        name, step, most_at_once, side_by_side, half = "torch", 16, None, 1, False

        def paint(self, inputs):
            raise torch.OutOfMemoryError("no room")

    renderer = Renderer(
        Nowhere(), actor.generator, actor.appearance, actor.plate, actor.body, actor.style
    )
    with pytest.raises(OutOfMemory, match="no room for one frame of 64x64"):
        list(renderer.paint(Poses(poses.points, poses.confidence)))


@pytest.mark.parametrize(("cores", "at_once"), [(1, 4), (2, 4), (4, 2), (16, 1)])
def test_the_more_cores_the_fewer_frames_has_a_group(performer, cores, at_once, monkeypatch):
    actor = Performer.load(performer, "cpu")
    monkeypatch.setattr(torch, "get_num_threads", lambda: cores)
    assert actor.renderer.engine.side_by_side == cores
    assert actor.renderer.at_once == at_once


def test_networks_of_whole_frames_take_turns():
    network = torch.nn.Identity()  # without `paint`
    assert TorchEngine(network, torch.device("cpu"), half=False).side_by_side == 1
