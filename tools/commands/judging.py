"""Subcommands that judge frames: videos or pictures in, scores out."""

from pathlib import Path
from typing import Any

from stickdance.tools.commands.command import Command, Commands


def evaluate() -> Command:
    """Two videos or folders of pictures, or many pairs -> PSNR, SSIM, LPIPS and others."""
    import tyro

    from stickdance.synth.quality.comparison import CompareOptions
    from stickdance.tools.commands.evaluate import EvaluateOptions
    from stickdance.tools.commands.evaluate import evaluate as run

    def command(
        reference: tyro.conf.Positional[Path | None] = None,
        rendered: tyro.conf.Positional[Path | None] = None,
        /,
        *,
        how: tyro.conf.OmitArgPrefixes[EvaluateOptions] = EvaluateOptions(),  # noqa: B008
        options: tyro.conf.OmitArgPrefixes[CompareOptions] = CompareOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Score rendered frames against real ones.

        Args:
            reference: the real frames: a video, a folder of pictures, a picture, or an NPZ with an
                array uint8 (frames, height, width, 3); or a folder of videos.
            rendered: the rendered frames, likewise.
            how: where results go, and what they must keep to.
            options: how to compare.
        """
        return run(reference, rendered, options, how)

    return command


COMMANDS: Commands = {
    "evaluate": evaluate,
}
