"""One take and one dance have one pose coverage, whichever command tells it."""

import json

import numpy as np
import pytest
import soundfile

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.options import ChoreographyOptions
from stickdance.synth.options import RenderOptions
from stickdance.synth.poses_to_video import poses_to_video
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train
from stickdance.tools.commands.dance_coverage import check_dance, dance_coverage
from stickdance.tools.fitting import dance_for


@pytest.fixture
def song(tmp_path):
    """Write five seconds of clicks, two a second."""
    time = np.arange(5 * 22050) / 22050
    samples = np.sin(2 * np.pi * 900 * time) * np.exp(-(time % 0.5) / 0.01)
    soundfile.write(tmp_path / "clicks.wav", samples, 22050)
    return tmp_path / "clicks.wav"


def test_choreograph_render_and_capture_tell_the_same_number(tiny_take, song, tmp_path):
    dance, performer = tmp_path / "dance", tmp_path / "anna"
    options = ChoreographyOptions(preview=False, fps=10.0)
    # Wider than the footage: the view goes beyond it.
    told = dance_for(song, dance, tiny_take.path, (96, 64), options)["pose_coverage"]
    train(tiny_take, performer, TrainingOptions(minutes=0, size=(96, 64), device="cpu"))
    rendering = RenderOptions(device="cpu", engine="torch")
    rendered = poses_to_video(dance, performer, tmp_path / "out.mp4", rendering)
    captured = dance_coverage(dance, tiny_take)
    assert 0 < captured["share"] < 1
    assert rendered.pose_coverage == captured
    assert {name: told[name] for name in captured} == captured
    saved = json.loads((dance / "pose_coverage.json").read_text())
    assert {name: saved[name] for name in captured} == captured
    assert f"pose coverage {captured['share']:.1%}" in rendered.warnings[0]


def test_what_is_no_dance_is_refused_before_footage_is_looked_at(tmp_path):
    check_dance(None)
    with pytest.raises(BadInput, match="manifest"):
        check_dance(tmp_path)
