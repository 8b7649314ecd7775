"""How dances of own moves move: songs danced with moves cut from takes or videos.

Their poses are those of the picture, the footage's own body in its own place.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.media.audio import decode_sound
from stickdance.checkpoints.files import sha256
from stickdance.choreography.choreographer import FrameTimes, Song
from stickdance.choreography.evaluation.flow import (
    Flow,
    chorus_over_rest,
    chorus_size_over_rest,
    measure_flow,
)
from stickdance.choreography.evaluation.motion_features import without_gaps
from stickdance.choreography.motion_graph.move_choreographer import (
    MoveChoreographer,
    move_choreographer,
)
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.styles import StyleName

_FPS = 25.0


@dataclass(frozen=True)
class OwnMovesScores:
    """How one song was danced with the moves of one take."""

    song: str
    take: str
    flow: Flow
    """How it moves, against the beats that were heard."""
    chorus_over_rest: float | None
    chorus_size_over_rest: float | None
    different_steps_in_6_s: float


def own_moves(
    take: Path, songs: Sequence[Path], style: StyleName = "pop", seed: int = 0
) -> Iterator[OwnMovesScores]:
    """Dance songs with the moves of a take or video, and score the dances.

    Args:
        take: its folder, or the video.
        songs: sound files.
        style: how to dance.
        seed: of the search's chance.

    Raises:
        BadInput: the take shows no dance, or a song has no beat.
    """
    options = ChoreographyOptions(fps=_FPS, style=style, seed=seed, moves=take)
    dancer = move_choreographer(take, options, None)
    for song in songs:
        yield _scores(dancer, take, song)


def _scores(dancer: MoveChoreographer, take: Path, song: Path) -> OwnMovesScores:
    with tempfile.TemporaryDirectory() as folder:
        sound = decode_sound(song, Path(folder) / "song.wav")
        frames = FrameTimes(0.0, round(sound.seconds * _FPS), _FPS)
        danced = dancer.dance(Song(song.name, sha256(song), sound), frames)
    plan = danced.plan
    joints = without_gaps(danced.poses.points.astype(float)) * [1, -1] / dancer.body.height
    return OwnMovesScores(
        song=song.name,
        take=take.stem,
        flow=measure_flow(joints, _FPS, np.array(plan.beats), plan.metre),
        chorus_over_rest=chorus_over_rest(joints, _FPS, plan.sections),
        chorus_size_over_rest=chorus_size_over_rest(joints, _FPS, plan.sections),
        different_steps_in_6_s=6 * len({step.action for step in plan.steps}) / plan.seconds,
    )
