"""Subcommands of the capture stage: footage in, takes out."""

from pathlib import Path
from typing import Annotated, Any

from stickdance.tools.commands.command import Command, Commands


def capture() -> Command:
    """Footage of a person -> a take: frames, poses, mattes, plate, body profile."""
    import tyro

    from stickdance.capture.take.take import PAGE
    from stickdance.capture.video_to_take import CaptureOptions, video_to_take
    from stickdance.tools.commands.check_footage import about_footage
    from stickdance.tools.commands.dance_coverage import check_dance

    def command(
        videos: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        to: Path,
        dance: Path | None = None,
        options: tyro.conf.OmitArgPrefixes[CaptureOptions] = CaptureOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Turn footage of a person into a take.

        Args:
            videos: one or more videos of the same person.
            to: the folder of the take, e.g. takes/anna.
            dance: a dance whose pose coverage is told too: the share of its poses that the take
                holds.
            options: how to look.
        """
        check_dance(dance)
        take = video_to_take(videos, to, options)
        told = {"take": str(to), "page": str(take.path / PAGE), **take.report}
        del told["movements"]
        return told | about_footage(take, dance)

    return command


def check_footage() -> Command:
    """Footage -> what it is good for, and why, without training on it."""
    import tyro

    from stickdance.tools.commands.check_footage import CheckOptions, check_footage

    def command(
        videos: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        page: Path | None = None,
        dance: Path | None = None,
        options: tyro.conf.OmitArgPrefixes[CheckOptions] = CheckOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Judge footage: camera, light, blur, clutter, the person, the poses that a dance needs.

        Args:
            videos: one or more videos of the same person.
            page: an HTML file to write with the figures and a contact sheet.
            dance: a dance whose pose coverage is told too: the share of its poses that the footage
                holds.
            options: how closely to look.
        """
        return check_footage(videos, page, options, dance)

    return command


def retarget() -> Command:
    """A movement and another person -> the movement as that person would do it."""
    import tyro

    from stickdance.tools.commands.retarget import RetargetOptions, retarget_file

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


def compare_estimators() -> Command:
    """Pose estimators and keypoint files side by side on one's own footage, as a table."""
    import tyro

    from stickdance.capture.evaluation.compare_estimators import (
        EstimatorComparisonOptions,
        compare_estimators,
    )
    from stickdance.capture.evaluation.comparison_table import as_table, save

    def command(
        videos: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        output: Annotated[Path | None, tyro.conf.arg(aliases=["-o"])] = None,
        options: tyro.conf.OmitArgPrefixes[
            EstimatorComparisonOptions
        ] = EstimatorComparisonOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Count missing frames, incorrect detections, confidence and time of pose estimators.

        Args:
            videos: one or more videos, each of one person.
            output: a file to write the table to as JSON too.
            options: what to compare, and on which part.
        """
        comparison = compare_estimators(videos, options)
        if output is not None:
            save(comparison, output)
        return {"table": as_table(comparison), **comparison.as_json()}

    return command


def convert_poses() -> Command:
    """Poses of any keypoint file -> OpenPose's folder, COCO's JSON or NPZ."""
    import tyro

    from stickdance.tools.commands.convert import ConversionOptions, convert_file

    def command(
        poses: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[ConversionOptions] = ConversionOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Convert poses; the format to read is told by the content, the one to write by the name.

        Args:
            poses: a take, poses.npz, or a keypoint file or folder of OpenPose, AlphaPose, COCO,
                openpifpaf, BlazePose, MoveNet, AIST++ or BVH.
            output: NAME.json for COCO, NAME.npz for stickdance, a name without a suffix for a
                folder of OpenPose.
            options: what the file does not say.
        """
        return convert_file(poses, output, options)

    return command


def record() -> Command:
    """A camera and a person who is guided through moves -> footage worth capturing."""
    import tyro

    from stickdance.capture.media.camera import CameraOptions, list_cameras
    from stickdance.tools.recording.record import RecordOptions, record

    def command(
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])] = Path("recording.mp4"),
        list_cameras_only: Annotated[bool, tyro.conf.arg(name="list-cameras")] = False,
        camera: tyro.conf.OmitArgPrefixes[CameraOptions] = CameraOptions(),  # noqa: B008
        options: tyro.conf.OmitArgPrefixes[RecordOptions] = RecordOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Record a person, asking for the moves that a take should cover.

        Args:
            output: the MP4 to write; nothing is written over.
            list_cameras_only: only tell which cameras there are.
            camera: what records.
            options: what is asked for, and how.
        """
        if list_cameras_only:
            return {"cameras": [f"{found.address}: {found.name}" for found in list_cameras()]}
        return record(output, camera, options).as_json()

    return command


COMMANDS: Commands = {
    "record": record,
    "capture": capture,
    "check-footage": check_footage,
    "compare-estimators": compare_estimators,
    "convert-poses": convert_poses,
    "retarget": retarget,
}
