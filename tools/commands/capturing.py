"""Subcommands of the capture stage: footage in, takes out."""

from pathlib import Path
from typing import Any

from tools.commands.command import Command, Commands


def capture() -> Command:
    """Footage of a person -> a take: frames, poses, mattes, plate, body profile."""
    import tyro

    from capture.video_to_take import CaptureOptions, video_to_take

    def command(
        videos: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[CaptureOptions] = CaptureOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Turn footage of a person into a take.

        Args:
            videos: one or more videos of the same person.
            to: the folder of the take, e.g. takes/anna.
            options: how to look.
        """
        take = video_to_take(videos, to, options)
        return {"take": str(to), "frames": take.frame_count, "fps": take.fps, **take.report}

    return command


COMMANDS: Commands = {
    "capture": capture,
}
