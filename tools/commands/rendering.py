"""Subcommands of the synth stage: takes in, performers, videos and scores out."""

from pathlib import Path
from typing import Any

from tyro.conf import Positional

from stickdance.capture.options import Size
from stickdance.synth.options import ExportOptions, RenderOptions
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.options import EvaluateOptions, Output


def train(
    take: Positional[Path],
    output: Output,
    size: Size | None = None,
    training: TrainingOptions = TrainingOptions(),
) -> dict[str, Any]:
    """Train a performer on a take; run again, it carries on where it was stopped.

    Example:
        stickdance train takes/anna -o checkpoints/anna --minutes 20

    Args:
        take: folder that `stickdance capture` made.
        output: folder of the performer.
        size: size of the videos, any even sides up to 1920; by default the footage's own, up to 720
            rows, of which the network paints 256. In any other shape the whole person stays in the
            picture, and the room is continued. Of a size that is asked for the network paints up to
            512 rows, or 384 where it is larger.
        training: how a performer is trained.
    """
    from stickdance.tools.fitting import performer_from

    return performer_from(take, output, size, training)


def render(
    dance: Positional[Path],
    performer: Path,
    output: Output,
    rendering: RenderOptions = RenderOptions(),
) -> dict[str, Any]:
    """Render a dance as a video of a performer, with the song's sound.

    Example:
        stickdance render out/dance --performer checkpoints/anna -o anna.mp4

    Args:
        dance: folder that `stickdance choreograph` made.
        performer: folder that `stickdance train` made.
        output: video (.mp4) to write; .mov or .webm for a transparent background.
        rendering: how a dance is rendered.
    """
    from stickdance.synth.poses_to_video import poses_to_video

    return poses_to_video(dance, performer, output, rendering).as_json()


def export(
    performer: Positional[Path], output: Output, accuracy: ExportOptions = ExportOptions()
) -> dict[str, Any]:
    """Write a performer's generator as ONNX, checked, and a JSON file of what it takes and gives.

    Example:
        stickdance export checkpoints/anna -o onnx/anna

    Args:
        performer: folder that `stickdance train` made.
        output: folder to write.
        accuracy: what is accepted.
    """
    from stickdance.synth.export import export

    return export(performer, output, accuracy).as_json()


def evaluate(
    reference: Positional[Path | None] = None,
    rendered: Positional[tuple[Path, ...]] = (),
    results: EvaluateOptions = EvaluateOptions(),
    comparison: CompareOptions = CompareOptions(),
) -> dict[str, Any]:
    """Score rendered frames against real ones.

    Example:
        stickdance evaluate real.mp4 rendered.mp4 -o scores --fail-under ssim=0.85

    Args:
        reference: the real frames: a video, a folder of pictures, a picture, or an NPZ with an
            array uint8 (frames, height, width, 3); or a folder of videos.
        rendered: the rendered frames, likewise; several renderings of one reference are ranked,
            and so are the videos of a folder.
        results: where results go, and what they must keep to.
        comparison: how frames are compared.
    """
    from stickdance.tools.commands.evaluate import evaluate

    return evaluate(reference, rendered, comparison, results)
