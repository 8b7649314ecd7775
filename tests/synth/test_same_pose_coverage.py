"""One take and one dance have one pose coverage, whichever command tells it."""

import json

import numpy as np
import pytest
import soundfile

from capture.errors import BadInput
from choreography.options import ChoreographyOptions
from synth.far_poses import far_poses
from synth.performer import Performer
from synth.poses_to_video import RenderOptions, poses_to_video, read_dance
from synth.trainer import TrainingOptions, train
from tools.dance_coverage import check_dance, dance_coverage
from tools.fitting import dance_for

SIZES = ["64x64", "96x64"]


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """Write eight seconds of clicks, two a second."""
    time = np.arange(8 * 22050) / 22050
    samples = np.sin(2 * np.pi * 900 * time) * np.exp(-(time % 0.5) / 0.01)
    path = tmp_path_factory.mktemp("song") / "clicks.wav"
    soundfile.write(path, samples, 22050)
    return path


@pytest.mark.parametrize("size", SIZES)
def test_choreograph_render_and_capture_tell_the_same_number(tiny_take, song, tmp_path, size):
    dance, performer = tmp_path / "dance", tmp_path / "anna"
    options = ChoreographyOptions(preview=False, fps=10.0)
    told = dance_for(song, dance, tiny_take.path, size, options)["pose_coverage"]
    width, height = map(int, size.split("x"))
    train(tiny_take, performer, TrainingOptions(minutes=0, size=(width, height), device="cpu"))
    rendering = RenderOptions(device="cpu", engine="torch", end_seconds=None)
    rendered = poses_to_video(dance, performer, tmp_path / "out.mp4", rendering)
    captured = dance_coverage(dance, tiny_take)
    assert 0 < captured["share"] < 1
    assert rendered.pose_coverage == captured
    assert {name: told[name] for name in captured} == captured
    saved = json.loads((dance / "pose_coverage.json").read_text())
    assert {name: saved[name] for name in captured} == captured
    assert f"pose coverage {captured['share']:.1%}" in rendered.warnings[0]
    assert far_poses(
        read_dance(dance, Performer.load(performer))[0], Performer.load(performer).body
    )


def test_what_is_no_dance_is_refused_before_footage_is_looked_at(tmp_path):
    check_dance(None)
    with pytest.raises(BadInput, match="manifest"):
        check_dance(tmp_path)
