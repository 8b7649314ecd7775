"""How long each stage of the main job takes on an ordinary computer with two cores."""

from pathlib import Path

from stickdance.capture.media.probing import probe
from stickdance.capture.media.streams import read_header
from stickdance.capture.options import CaptureOptions
from stickdance.tools.make.options import MakeOptions, follow_options, training_options
from stickdance.tools.make.time_left import Usual

_PIXELS = 256 * 256  # of the frames that the usual times hold for
_SONG_SECONDS = 180.0  # where the song's header does not tell
_DEMO_FRAMES = 2250  # that the demo dancer is filmed for


def usual_times(song: Path | None, demo_seconds: float, options: MakeOptions) -> dict[str, Usual]:
    """Return the usual time of every stage, from what the headers of song and footage tell.

    Args:
        song: to dance to; None where one of `demo_seconds` is composed.
        demo_seconds: how long that is.
        options: of the job.
    """
    leader = [] if options.follow is None else [probe(options.follow)]
    seconds = demo_seconds if song is None else read_header(song, "a song").seconds
    seconds = _SONG_SECONDS if seconds is None else seconds
    part = min(options.dance.end_seconds or seconds, seconds) - options.dance.start_seconds
    danced = options.dance.fps * max(0.0, min(options.preview or part, part))
    infos = [probe(video) for video in options.footage]
    filmed = (
        sum(frames_taken(info.frames, info.fps, options.capture) for info in infos) or _DEMO_FRAMES
    )
    followed = sum(frames_taken(i.frames, i.fps, follow_options(options)) for i in leader)
    shape = infos[0].size if infos else (1, 1)
    sizes = training_options(options, shape)
    painted = sizes.size or shape
    width, height = sizes.video_size or painted
    scored, shown = painted[0] * painted[1] / _PIXELS, width * height / _PIXELS
    return {
        "compose": Usual(4),
        "film": Usual(60),
        "capture": Usual(8 + 0.05 * filmed),
        "watch": Usual(8 + 0.08 * followed),
        "choreograph": Usual(3 + 0.015 * seconds + 0.002 * danced),
        "train": Usual(8 + 0.02 * filmed, 60 * options.training.minutes),
        "score": Usual(3 + 0.03 * filmed * scored),
        "render": Usual(3 + 0.014 * danced * shown),
        "report": Usual(2),
    }


def frames_taken(frames: int, fps: float, options: CaptureOptions) -> float:
    """Return how many of a video's frames, at `fps` frames a second, a capture takes."""
    seconds = frames / fps
    seconds = min(seconds, options.end_seconds or seconds) - options.start_seconds
    return max(0.0, seconds) * min(fps, options.fps or fps)
