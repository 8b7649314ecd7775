"""A song danced with the moves of a shot list, as they were filmed."""

import numpy as np
import pytest

from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.choreographer import FrameTimes, Song
from stickdance.choreography.motion_graph.clip import FilmedMovement
from stickdance.choreography.motion_graph.move_choreographer import MoveChoreographer
from stickdance.choreography.motion_graph.segmentation import MoveLibrary
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.moves import Moves
from stickdance.choreography.rules.rule_choreographer import actions_of
from stickdance.choreography.shotlist.filmed import FilmedShot, FilmedShots
from stickdance.choreography.shotlist.guide import guide_of
from stickdance.choreography.shotlist.listing import style_to_shot_list
from stickdance.choreography.shotlist.options import ShotListOptions

BODY = default_profile((128, 128))
FPS = 25.0


@pytest.fixture(scope="module")
def choreographer() -> MoveChoreographer:
    """Dances with somebody who was filmed doing exactly what the guide shows."""
    guide = guide_of(style_to_shot_list(ShotListOptions(repeats=2, both_sides=False, tempo=116)))
    footage = FilmedMovement(guide.poses(BODY, FPS), BODY, mirrors=False)
    shots = FilmedShots(
        guide.listed, tuple(FilmedShot(one.number, one.start, 1.0) for one in guide.danced)
    )
    library = MoveLibrary(Moves("anna", "0" * 64, footage.seconds, shots.moves), footage)
    return MoveChoreographer(library, actions_of(ChoreographyOptions(), BODY), shots=shots)


def test_a_song_is_danced_in_poses_that_were_filmed(choreographer, sound_maker, tmp_path):
    maker, seconds = sound_maker(tmp_path), 24.0
    beats = np.arange(0.5, seconds - 0.3, 0.5)
    sound = maker.write(maker.hits(beats, maker.drum(), seconds))
    frames = FrameTimes(0.0, round(seconds * FPS), FPS)
    danced = choreographer.dance(Song("song.wav", "0" * 64, sound), frames)
    steps = danced.plan.steps
    assert steps and all(step.action.startswith("move_") for step in steps)
    assert danced.about["moves"]["fastest"] == pytest.approx(120 / 116, abs=0.06)
    assert danced.about["moves"]["worst_cut"] < 0.02
    footage = choreographer.library.footage.poses.points
    inside = slice(round(4 * FPS), round(18 * FPS))
    nearest = [
        np.abs(footage - pose).mean(axis=(1, 2)).min() for pose in danced.poses.points[inside]
    ]
    assert np.quantile(nearest, 0.9) < 0.004 * BODY.height
    assert choreographer.about["shot_list"]["shots"] == len(choreographer.shots.shots)
