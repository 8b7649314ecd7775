"""Subcommands that judge frames: videos or pictures in, scores out."""

from pathlib import Path
from typing import Any

from tools.commands.command import Command, Commands


def evaluate() -> Command:
    """Two videos or folders of pictures -> MSE, PSNR, SSIM, MS-SSIM, LPIPS."""
    import tyro

    from synth.quality.compare import CompareOptions, compare

    def command(
        reference: tyro.conf.Positional[Path],
        rendered: tyro.conf.Positional[Path],
        /,
        *,
        options: tyro.conf.OmitArgPrefixes[CompareOptions] = CompareOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Score rendered frames against real ones.

        Args:
            reference: a video or a folder of pictures: the real frames.
            rendered: a video or a folder of pictures: the rendered frames.
            options: how to compare.
        """
        return compare(reference, rendered, options)

    return command


COMMANDS: Commands = {
    "evaluate": evaluate,
}
