"""A practice video of a dance: mirrored, with counts, the step's name and the next one announced.

The dancer is the stick figure, or a rendered video of the same dance. Slowed down, the song keeps
its pitch, and picture and sound stay together to the frame: frame `i` shows the second
`i / fps * speed` of the dance, which is what sounds at `i / fps`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.capture.media.video import VideoWriter, probe, read_frames
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.progress import tracked
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.options import PracticeOptions
from stickdance.choreography.practice.cues import Cues
from stickdance.choreography.practice.picture import BACKGROUND, SIZE, PracticePicture
from stickdance.choreography.practice.time_stretch import FASTEST, SLOWEST, stretch_sound

_FLOOR = (70, 70, 80)
_APART = 0.25  # seconds that a video's length may differ from the dance's


def practice_video(dance: Dance, to: Path, options: PracticeOptions) -> dict[str, Any]:
    """Make a practice video.

    Args:
        dance: what to practise.
        to: the .mp4 to write.
        options: how.

    Returns:
        What was made, as JSON values.

    Raises:
        BadInput: a speed out of range, or a video that is not of this dance.
        OutputFailed: `to` cannot be written.
    """
    _check(dance, options)
    plan = dance.choreography
    cues, fps = Cues(plan), dance.poses.fps
    frames = max(1, round(len(dance.poses) / options.speed))
    picture = PracticePicture(plan.sections, plan.seconds, _title(dance, options.speed))
    with scratch_folder() as scratch:
        sound, stretched = dance.sound, "none"
        if options.speed != 1:
            sound, stretched = stretch_sound(sound, options.speed, scratch / "slow.wav")
        with VideoWriter(to, SIZE, fps, sound=sound.path, crf=20) as writer:
            dancers = _dancers(dance, options, frames)
            for frame, dancer in enumerate(tracked(dancers, "practice", frames)):
                seconds = dance.start_seconds + frame / fps * options.speed
                shown = dancer[:, ::-1] if options.mirror else dancer
                writer.write(picture.frame(shown, cues.at(seconds), seconds))
    return {
        "video": str(to),
        "seconds": round(frames / fps, 3),
        "frames": frames,
        "speed": options.speed,
        "stretched_by": stretched,
    }


def _check(dance: Dance, options: PracticeOptions) -> None:
    if not SLOWEST <= options.speed <= FASTEST:
        raise BadInput(f"--speed {options.speed:g}: expected {SLOWEST:g} to {FASTEST:g}")
    if options.video is None:
        return
    seconds = probe(options.video).seconds
    if abs(seconds - dance.poses.seconds) > _APART:
        raise BadInput(
            f"--video {options.video}: lasts {seconds:.1f} s, the dance {dance.poses.seconds:.1f}; "
            "render this dance"
        )


def _title(dance: Dance, speed: float) -> str:
    name = Path(dance.choreography.song).stem.replace("_", " ")
    pace = f"{dance.choreography.tempo * speed:.0f} beats a minute"
    return f"{name} · {pace}" if speed == 1 else f"{name} · {pace} ({speed:g} of the speed)"


def _dancers(dance: Dance, options: PracticeOptions, frames: int) -> Iterator[np.ndarray]:
    """Yield the dancer's picture of every frame of the practice video."""
    at = np.clip(np.arange(frames) * options.speed, 0, len(dance.poses) - 1)
    if options.video is not None:
        yield from _rendered(options.video, dance.poses.fps, at)
    else:
        yield from _drawn(dance, at)


def _drawn(dance: Dance, at: np.ndarray) -> Iterator[np.ndarray]:
    """Yield stick figures at places (frames,) between the dance's frames."""
    factor = SIZE[1] / dance.poses.size[1]
    size = round(dance.poses.size[0] * factor), SIZE[1]
    poses = dance.poses.scaled(size)
    row = round(dance.body.ground * factor)
    for place in at:
        low = int(place)
        high = min(low + 1, len(poses) - 1)
        points = poses.points[low] + (poses.points[high] - poses.points[low]) * (place - low)
        figure = draw_pose(points, poses.confidence[low], size, StickStyle(), poses.skeleton)
        stage = np.full_like(figure, BACKGROUND)
        cv2.line(stage, (0, row), (size[0], row), _FLOOR, 1)
        yield np.where(figure.any(axis=-1, keepdims=True), figure, stage)


def _rendered(video: Path, fps: float, at: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the video's frames at places (frames,), each the nearest one; the last one stays."""
    source = read_frames(video, fps=fps)
    frame, number = next(source), 0
    for place in np.rint(at).astype(int):
        while number < place:
            following = next(source, None)
            if following is None:
                break
            frame, number = following, number + 1
        yield frame
