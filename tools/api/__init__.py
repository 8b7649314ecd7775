"""stickdance: a song and footage of a person in, a video of that person dancing out.

What programs need lies here under short names and is imported when it is first used, so that
`import stickdance` costs nothing:

    make                  the whole main job
    capture_video         footage -> `Take`
    choreograph           song -> `Dance`
    train                 `Take` -> `Performer`
    render                dance and performer -> video
    evaluate              videos or folders of frames -> scores
    psnr ssim ms_ssim     scores of pictures in memory
      mse lpips
    reported_to           a block whose work is told to a callback; without one all is silent
    demo_performer        where the performer that comes with stickdance lies
    MakeOptions ...       the options of each
    StickdanceError ...   what they raise, with the exit status of a program

Frames of 8 bits are scored on their own scale, others from 0 to 1:

    >>> import numpy as np
    >>> import stickdance
    >>> real = np.full((32, 32, 3), 100, np.uint8)
    >>> round(stickdance.psnr(real, real + 5), 2)
    34.15

A second of the demo performer dancing to a song (`song` is the path of any sound):

    >>> dance = stickdance.choreograph(song, "dance")
    >>> one_second = stickdance.RenderOptions(end_seconds=1.0)
    >>> stickdance.render(dance.path, stickdance.demo_performer(), "anna.mp4", one_second).frames
    25

All is silent unless a callback (`Progress`: two methods) is given for the work of a block:

    >>> class Told:
    ...     def update(self, work):  # of each frame, say
    ...         if work.is_over:
    ...             print(work.name, work.done, "of", work.total)
    ...     def note(self, line):
    ...         print(line)
    >>> with stickdance.reported_to(Told()):
    ...     rendered = stickdance.render(
    ...         dance.path, stickdance.demo_performer(), "anna.mp4", one_second
    ...     )
    render 25 of 25

Map
    stickdance.capture         footage -> poses and training pairs
    stickdance.choreography    music -> poses
    stickdance.synth           poses -> video of a person
    stickdance.checkpoints     what a trained model is on disk
    stickdance.tools           what people run
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stickdance.capture.options import CaptureOptions
    from stickdance.capture.pose.sequence import PoseSequence
    from stickdance.capture.take.take import Take
    from stickdance.capture.video_to_take import video_to_take as capture_video
    from stickdance.checkpoints.errors import (
        BadInput,
        MissingDependency,
        OutputFailed,
        StickdanceError,
        UsageError,
    )
    from stickdance.checkpoints.progress import Progress, Work, reported_to
    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.music_to_poses import music_to_poses as choreograph
    from stickdance.choreography.options import ChoreographyOptions
    from stickdance.synth.options import RenderOptions
    from stickdance.synth.performer.performer import Performer
    from stickdance.synth.poses_to_video import poses_to_video as render
    from stickdance.synth.quality.compare import compare as evaluate
    from stickdance.synth.quality.functional import lpips, ms_ssim, mse, psnr, ssim
    from stickdance.synth.quality.options import CompareOptions
    from stickdance.synth.training.options import TrainingOptions
    from stickdance.synth.training.trainer import train
    from stickdance.tools.make.options import MakeOptions
    from stickdance.tools.make.song_to_video import demo_performer
    from stickdance.tools.make.song_to_video import song_to_video as make

__all__ = [
    "BadInput",
    "CaptureOptions",
    "ChoreographyOptions",
    "CompareOptions",
    "Dance",
    "MakeOptions",
    "MissingDependency",
    "OutputFailed",
    "Performer",
    "PoseSequence",
    "Progress",
    "RenderOptions",
    "StickdanceError",
    "Take",
    "TrainingOptions",
    "UsageError",
    "Work",
    "capture_video",
    "choreograph",
    "demo_performer",
    "evaluate",
    "lpips",
    "make",
    "ms_ssim",
    "mse",
    "psnr",
    "render",
    "reported_to",
    "ssim",
    "train",
]

_PLACES = {
    "BadInput": "checkpoints.errors:BadInput",
    "CaptureOptions": "capture.options:CaptureOptions",
    "ChoreographyOptions": "choreography.options:ChoreographyOptions",
    "CompareOptions": "synth.quality.options:CompareOptions",
    "Dance": "choreography.dance.folder:Dance",
    "MakeOptions": "tools.make.options:MakeOptions",
    "MissingDependency": "checkpoints.errors:MissingDependency",
    "OutputFailed": "checkpoints.errors:OutputFailed",
    "Performer": "synth.performer.performer:Performer",
    "PoseSequence": "capture.pose.sequence:PoseSequence",
    "Progress": "checkpoints.progress:Progress",
    "RenderOptions": "synth.options:RenderOptions",
    "StickdanceError": "checkpoints.errors:StickdanceError",
    "Take": "capture.take.take:Take",
    "TrainingOptions": "synth.training.options:TrainingOptions",
    "UsageError": "checkpoints.errors:UsageError",
    "Work": "checkpoints.progress:Work",
    "capture_video": "capture.video_to_take:video_to_take",
    "choreograph": "choreography.music_to_poses:music_to_poses",
    "demo_performer": "tools.make.song_to_video:demo_performer",
    "evaluate": "synth.quality.compare:compare",
    "lpips": "synth.quality.functional:lpips",
    "make": "tools.make.song_to_video:song_to_video",
    "ms_ssim": "synth.quality.functional:ms_ssim",
    "mse": "synth.quality.functional:mse",
    "psnr": "synth.quality.functional:psnr",
    "render": "synth.poses_to_video:poses_to_video",
    "reported_to": "checkpoints.progress:reported_to",
    "ssim": "synth.quality.functional:ssim",
    "train": "synth.training.trainer:train",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for; `stickdance` has no attribute of any other name."""
    if name not in _PLACES:
        raise AttributeError(f"module 'stickdance' has no attribute {name!r}")
    module, _, thing = _PLACES[name].partition(":")
    value = getattr(import_module(f"stickdance.{module}"), thing)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(_PLACES)
