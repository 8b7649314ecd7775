"""What a dance will look like, before its video is made."""

import json

import numpy as np
import pytest
from PIL import Image

from stickdance.capture.media.video import read_frames
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.synth.options import RenderOptions
from stickdance.synth.poses_to_video import poses_to_video
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.make.song_to_video import demo_performer
from stickdance.tools.studio.look_work import made_of, moment_of


@pytest.fixture(scope="module")
def danced(tmp_path_factory):
    folder = tmp_path_factory.mktemp("looked at")
    write_song(compose(2, seconds=8, tempo=120), folder / "song.wav")
    body = BodyProfile.load(demo_performer() / "body.json")
    options = ChoreographyOptions(preview=False)
    music_to_poses(folder / "song.wav", folder / "dance", options, body=body, size=body.size)
    return folder / "dance"


def test_a_moment_is_the_frame_that_the_video_shows_there(danced, tmp_path):
    moment_of(danced, demo_performer(), 1.0, "black", "", tmp_path / "look.jpg")
    options = RenderOptions(0.5, 1.32, background="black", faults="off")
    poses_to_video(danced, demo_performer(), tmp_path / "v.mp4", options)
    frames = np.stack(list(read_frames(tmp_path / "v.mp4"))).astype(float)
    look = np.asarray(Image.open(tmp_path / "look.jpg")).astype(float)
    apart = np.abs(frames - look).mean(axis=(1, 2, 3))
    rate = len(frames) / 0.82
    assert apart.argmin() == pytest.approx(0.5 * rate, abs=1)
    assert apart.min() < 3


def test_each_step_tells_how_it_will_be_made(danced, tmp_path):
    view = {"revision": 3, "steps": [{"start": 0.0, "end": 1.0}, {"start": 1.0, "end": 99.0}]}
    (tmp_path / "view.json").write_text(json.dumps(view))
    made = made_of(danced, demo_performer(), tmp_path / "view.json", tmp_path / "made.json")
    assert made == json.loads((tmp_path / "made.json").read_text())
    assert made["revision"] == 3
    assert [sum(step.values()) for step in made["steps"]] == pytest.approx([1, 1], abs=0.01)


@pytest.mark.parametrize("asked", [{"at": "now"}, {"at": -1}, {"at": True}, {"background": "../x"}])
def test_a_look_at_what_is_not_there_is_refused(client, dance, asked):
    answer = client.post(f"/api/dances/{dance['id']}/look", json=asked)
    assert answer.status_code == 422


def test_no_picture_is_served_before_there_is_one(client, dance):
    assert client.get(f"/files/dances/{dance['id']}/look").status_code == 404
