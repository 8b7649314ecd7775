from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.motion_clip import KIND, MotionClip
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.body.pose_channels import pose
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.motion_graph import segmentation
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan_to_poses.framing import staged

LEADER, FOLLOWER = default_profile((320, 240)), default_profile((192, 256))


@pytest.fixture
def video(tmp_path, monkeypatch):
    """A file that, when it is watched, shows somebody who sways for 8 s."""
    at = np.arange(200) / 25
    sway = np.sign(np.sin(np.pi * at)) * np.minimum(np.abs(np.sin(np.pi * at)) * 2, 1)
    values = np.stack([pose(weight=float(one), lean=8 * float(one)) for one in sway])
    poses = staged(values, body_from_profile(LEADER), 25.0)

    def watched(source, to, options):
        about = {
            "video": source.name, "sha256": "cd" * 32, "start_seconds": 0.0,
            "consent": options.consent, "warnings": ["other.mp4: others are seen"],
        }  # fmt: skip
        with result_folder(to, KIND, about) as folder:
            poses.save(folder / "poses.npz")
        return MotionClip.load(to)

    monkeypatch.setattr(segmentation, "video_to_motion", watched)
    (tmp_path / "other.mp4").write_bytes(b"a film")
    return tmp_path / "other.mp4"


def test_moves_of_somebody_elses_video_are_danced_on_the_targets_body(video, sounds, tmp_path):
    beats = np.arange(0.25, 8, 0.5)
    (tmp_path / "beats.beats").write_text(
        "".join(f"{b}\t{n % 4 + 1}\n" for n, b in enumerate(beats))
    )
    song = sounds.write(sounds.hits(beats, sounds.drum(), 8.0)).path
    options = ChoreographyOptions(
        moves=video, moves_consent="yes", beats=tmp_path / "beats.beats", preview=False
    )
    dance = music_to_poses(song, tmp_path / "dance", options, body=FOLLOWER)
    assert dance.filmed_in["video"] == "other.mp4" and dance.filmed_in["consent"] == "yes"
    assert dance.consent_not_stated == ()
    unsaid = {**dance.manifest, "moves_of": {**dance.filmed_in, "consent": "not stated"}}
    line = "consent of the person in other.mp4, whose dance this is: not stated (say it with "
    assert replace(dance, manifest=unsaid).consent_not_stated == (f"{line}--moves-consent TEXT)",)
    assert dance.choreography.moves.take == "other.mp4"
    assert "other.mp4: others are seen" in dance.warnings
    shin = np.linalg.norm(dance.poses.joint("left_knee") - dance.poses.joint("left_ankle"), axis=-1)
    length = FOLLOWER.bones["left_knee-left_ankle"]
    assert np.percentile(shin, 95) == pytest.approx(length, rel=0.05)
    again = replace(options, plan=dance.path / "choreography.json")
    same = music_to_poses(song, tmp_path / "again", again, body=FOLLOWER)
    assert (Dance.load(same.path).poses.points == dance.poses.points).all()


def test_a_name_that_is_neither_take_nor_video_is_refused(tmp_path):
    with pytest.raises(BadInput, match="nothing there"):
        segmentation.cut_moves_of(tmp_path / "absent")
