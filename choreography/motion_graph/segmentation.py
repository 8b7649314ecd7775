"""A take or a video cut into moves at its accents, so that they can be danced to a song.

Only the part of a take that trains is cut: what a performer of it has seen. Of a video, which is
watched for it, all is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stickdance.capture.conditions.symmetry import left_right_difference, may_mirror
from stickdance.capture.motion_clip import POSES as CLIP_POSES
from stickdance.capture.options import CaptureOptions, Mirroring
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.body_profile_from_poses import measure_body
from stickdance.capture.retargeting.body_from_poses import measure_figure
from stickdance.capture.take.take import POSES, Take
from stickdance.capture.video_to_motion import video_to_motion
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.following.one_size import at_one_size
from stickdance.choreography.motion_graph.accents import Accents, find_accents
from stickdance.choreography.motion_graph.clip import FilmedMovement, footage_of, movement_on
from stickdance.choreography.plan.moves import PREFIX, FilmedMove, Moves

LONGEST = 8.0
"""Seconds of a take that one move may run on for."""
_SHORTEST = 0.8  # seconds: less footage after an accent is no move
_FEWEST = 3  # accents without which there is nothing to lay on beats
_MOST = 600  # moves: a long take gives its clearest ones


@dataclass(frozen=True)
class MoveLibrary:
    """A take ready to be danced with: its moves, and its movement as a function of time."""

    moves: Moves
    footage: FilmedMovement
    about: Mapping[str, Any] = field(default_factory=dict)
    """Of a video: which one, and its consent, as `MotionClip.about` tells them."""
    warnings: tuple[str, ...] = ()
    """What people should know of that video."""


def cut_moves_of(
    source: Path,
    body: BodyProfile | None = None,
    consent: str = CaptureOptions.consent,
    mirroring: Mirroring = "on",
) -> MoveLibrary:
    """Cut a take or a video into moves; see `cut_take` and `cut_video`."""
    source = Path(source)
    if source.is_file():
        return cut_video(source, body, consent)
    return cut_take(source, body, mirroring)


class TooFewMoves(BadInput):
    """The dancer of a take hardly ever steps or strikes."""


def cut_take(
    folder: Path, body: BodyProfile | None = None, mirroring: Mirroring = "on"
) -> MoveLibrary:
    """Cut a take into moves.

    Args:
        folder: the take.
        body: whose body and place the moves are put onto; by default the take's own.
        mirroring: whether moves may be danced in the mirror.

    Raises:
        BadInput: no take.
        TooFewMoves: nothing to lay on beats.
    """
    take = Take.load(Path(folder))
    difference = left_right_difference(take) if mirroring == "auto" else None
    footage = footage_of(take, body or take.body, may_mirror(mirroring, difference))
    return _cut(Path(folder), footage, take.path / POSES)


def cut_video(
    video: Path, body: BodyProfile | None = None, consent: str = CaptureOptions.consent
) -> MoveLibrary:
    """Watch a video of somebody dancing, and cut it into moves.

    Args:
        video: the file.
        body: whose body and place the moves are put onto; by default those of the person in it.
        consent: what they agreed to, where the video itself does not say it.

    Raises:
        BadInput: no video, nobody in it, or they hardly ever step or strike.
    """
    with scratch_folder() as scratch:
        clip = video_to_motion(video, scratch / video.stem, CaptureOptions(consent=consent))
        clip = at_one_size(clip)
        source = measure_figure(clip.poses, video.name)
        footage = movement_on(clip.poses, source, body or measure_body(clip.poses))
        library = _cut(video, footage, clip.path / CLIP_POSES)
    lines = (*clip.warnings, *source.warnings)
    return replace(library, about=clip.about, warnings=lines)


def _cut(folder: Path, footage: FilmedMovement, poses: Path) -> MoveLibrary:
    accents = find_accents(footage.poses, footage.body.height)
    if len(accents) < _FEWEST:
        raise TooFewMoves(
            f"--moves {folder}: {len(accents)} accents in {footage.seconds:.1f} s of "
            f"footage, expected at least {_FEWEST}; film a dance, or dance named actions instead"
        )
    moves = Moves(
        take=folder.resolve().name,
        sha256=sha256(poses),
        seconds=round(footage.seconds, 3),
        cuts=cut_moves(accents, footage.seconds),
    )
    return MoveLibrary(moves, footage)


def cut_moves(accents: Accents, seconds: float) -> tuple[FilmedMove, ...]:
    """Return a move for each accent after which enough footage follows.

    Args:
        accents: of the footage.
        seconds: length of the footage.
    """
    inside = accents.times < seconds
    times, strengths = accents.times[inside], accents.strengths[inside]
    starts = [n for n in range(len(times) - 1) if seconds - times[n] >= _SHORTEST]
    starts = sorted(sorted(starts, key=lambda n: -strengths[n])[:_MOST])
    cuts: list[FilmedMove] = []
    for start in starts:
        later = (times > times[start]) & (times <= times[start] + LONGEST)
        name, begins = f"{PREFIX}{len(cuts) + 1:03d}", round(float(times[start]), 4)
        after = tuple(round(float(time), 4) for time in times[later] - begins)
        cuts.append(
            FilmedMove(name, begins, after, tuple(float(s) for s in strengths[later].round(3)))
        )
    return tuple(cuts)
