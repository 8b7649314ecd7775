"""A video to film by: the figure does each move of a shot list, mirrored, to the click.

Whoever has no camera at this computer films with a phone while this plays; `stickdance capture
--shotlist` finds the moves again by their poses.
"""

from pathlib import Path

import numpy as np

from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.checkpoints.progress import tracked
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.practice.cues import Cue
from stickdance.choreography.practice.picture import BACKGROUND, SIZE, PracticePicture
from stickdance.choreography.shotlist.guide import Guide, Phase

FIGURE = (384, 384)
"""(width, height) of the figure's picture."""
_FPS = 25.0


def write_guide(guide: Guide, to: Path) -> Path:
    """Write the video that guides through a shot list.

    Args:
        guide: what to do when.
        to: the .mp4 to write.
    """
    poses = guide.poses(default_profile(FIGURE), _FPS)
    title = f"shot list · {guide.listed.tempo:.0f} beats a minute"
    picture = PracticePicture(guide.plan.sections, guide.seconds, title)
    with scratch_folder() as scratch:
        sound = guide.write_click(scratch / "click.wav")
        with VideoWriter(to, SIZE, _FPS, sound=sound, crf=24) as video:
            for number in tracked(range(len(poses)), "guide", len(poses)):
                seconds = number / _FPS
                video.write(picture.frame(figure(poses, number), cue(guide, seconds), seconds))
    return to


def figure(poses: PoseSequence, number: int) -> np.ndarray:
    """Return the picture of a guide's pose, uint8 RGB, as a mirror would show it."""
    drawn = draw_pose(
        poses.points[number], poses.confidence[number], poses.size, StickStyle(), poses.skeleton
    )
    there = drawn.any(axis=-1, keepdims=True)
    return np.ascontiguousarray(np.where(there, drawn, np.array(BACKGROUND, np.uint8))[:, ::-1])


def cue(guide: Guide, seconds: float) -> Cue:
    """Return what is told at a second of a guide."""
    phase = guide.phase_at(seconds)
    beat = (seconds - guide.second_of(0)) / guide.interval
    since = int(np.floor(beat + 1e-6)) - phase.start_beat
    later = [one for one in guide.phases if one.start_beat > phase.start_beat]
    following = next((one for one in later if one.number != phase.number), None)
    counts = max(phase.beats, 1)
    shot = guide.shot(phase.number)
    return Cue(
        count=since + 1 if 0 <= since < counts else 0,
        counts=counts,
        since_beat=float(np.clip(beat - np.floor(beat), 0, 1)),
        step=shot.action.replace("_", " ") + (" (other side)" if shot.mirrored else ""),
        side=words_of(guide, phase),
        next_step="" if following is None else guide.shot(following.number).name,
        next_side="",
        beats_to_next=0 if following is None else following.start_beat - phase.start_beat - since,
        section=f"{phase.number} of {len(guide.listed.shots)}",
    )


def words_of(guide: Guide, phase: Phase) -> str:
    """Return what to do in a phase, in words."""
    shot = guide.shot(phase.number)
    return {
        "get ready": f"stand in the pose {shot.begin}",
        "watch": "watch",
        "count in": f"your turn in {phase.beats} beats",
        "dance": f"dance ({phase.repetition + 1})",
        "hold": f"hold the pose {shot.end}",
    }[phase.what]
