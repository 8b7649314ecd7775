"""Moves of real footage: nine seconds of a woman dancing give a dance of poses that were filmed."""

from dataclasses import replace

import pytest

from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.evaluation.flow import measure_flow
from stickdance.choreography.music_to_poses import ChoreographyOptions, music_to_poses


@pytest.mark.slow
def test_nine_seconds_of_footage_give_a_dance_near_what_was_filmed(shared_data, tmp_path):
    from stickdance.capture.take.take import Take
    from stickdance.capture.video_to_take import video_to_take

    video_to_take([shared_data / "footage" / "dancer_indoor.mp4"], tmp_path / "take")
    take = Take.load(tmp_path / "take")
    song = shared_data / "songs" / "vibe_ace.ogg"
    options = ChoreographyOptions(preview=False, prefer_seen=0.0)
    covered = {}
    for name, asked in {
        "actions": options,
        "preferred": replace(options, prefer_seen=0.7),
        "moves": replace(options, moves=take.path),
    }.items():
        dance = music_to_poses(song, tmp_path / name, asked, body=take.body)
        covered[name] = dance.manifest["pose_coverage"]["share"]
    assert covered["actions"] < 0.5 < covered["preferred"] < covered["moves"]
    assert covered["moves"] > 0.97
    moves = Dance.load(tmp_path / "moves")
    flow = measure_flow(moves.poses.points * [1, -1] / take.body.height, 25.0, moves.beat_times)
    assert flow.minima_alignment < 0.5 and flow.speed_minima_a_beat < 1 and flow.near_still < 0.15
    again = replace(options, moves=take.path, plan=moves.path / "choreography.json")
    same = music_to_poses(song, tmp_path / "again", again, body=take.body)
    assert (same.poses.points == moves.poses.points).all()
