"""Subcommands of the capture stage: footage in, takes out."""

from pathlib import Path
from typing import Annotated, Any

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


def retarget() -> Command:
    """A movement and another person -> the movement as that person would do it."""
    import tyro

    from tools.retargeting import RetargetOptions, retarget_file

    def command(
        poses: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[RetargetOptions] = RetargetOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Give a movement the proportions, or the place and size, of another person.

        Args:
            poses: the movement: poses in NPZ, a take, a dance, or a keypoint file or folder.
            to: the other person: a take, or any of the same.
            output: the .npz to write.
            options: how to do it.
        """
        return retarget_file(poses, to, output, options)

    return command


COMMANDS: Commands = {
    "capture": capture,
    "retarget": retarget,
}
