"""Subcommands of the synth stage: takes in, performers and videos out."""

from pathlib import Path
from typing import Annotated, Any

from stickdance.tools.commands.command import Command, Commands


def train() -> Command:
    """A take -> a performer: the per-person renderer."""
    import tyro

    from stickdance.synth.training.options import TrainingOptions
    from stickdance.tools.fitting import performer_from

    def command(
        take: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        size: str = "",
        options: tyro.conf.OmitArgPrefixes[TrainingOptions] = TrainingOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Train a performer on a take; run again, it carries on where it was stopped.

        Args:
            take: the folder that `stickdance capture` made.
            to: the folder of the performer, e.g. checkpoints/anna.
            size: WIDTHxHEIGHT of the pictures; by default 256 high in the footage's shape. In any
                other shape the whole person stays in the picture, and the room is continued.
            options: how to train.
        """
        return performer_from(take, to, size, options)

    return command


def render() -> Command:
    """A dance and a performer -> a video."""
    import tyro

    from stickdance.synth.poses_to_video import RenderOptions, poses_to_video

    def command(
        dance: tyro.conf.Positional[Path],
        /,
        *,
        performer: Path,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[RenderOptions] = RenderOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Render a dance as a video of the performer, with the song's sound.

        Args:
            dance: the folder that `stickdance choreograph` made.
            performer: the folder that `stickdance train` made.
            output: the MP4 to write; .mov or .webm for a transparent background.
            options: how to render.
        """
        return poses_to_video(dance, performer, output, options).as_json()

    return command


def export() -> Command:
    """A performer -> ONNX for other programs, checked."""
    import tyro

    from stickdance.synth.export import ExportOptions
    from stickdance.synth.export import export as export_performer

    def command(
        performer: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[ExportOptions] = ExportOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Write a performer's generator as ONNX, and a JSON file of what it takes and gives.

        Args:
            performer: the folder that `stickdance train` made.
            output: the folder to write.
            options: how.
        """
        return export_performer(performer, output, options).as_json()

    return command


COMMANDS: Commands = {
    "train": train,
    "render": render,
    "export": export,
}
