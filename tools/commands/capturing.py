"""Subcommands of the capture stage: footage in, takes out."""

from pathlib import Path
from typing import Annotated, Any

from tyro.conf import Positional, arg

from stickdance.capture.options import CameraOptions, CaptureOptions, EstimatorComparisonOptions
from stickdance.tools.options import (
    CheckOptions,
    ConversionOptions,
    MaybeOutput,
    Output,
    RecordOptions,
    RetargetOptions,
)


def capture(
    videos: Positional[tuple[Path, ...]],
    output: Output,
    dance: Path | None = None,
    shotlist: Path | None = None,
    capture: CaptureOptions = CaptureOptions(),
) -> dict[str, Any]:
    """Turn footage of a person into a take: frames, poses, mattes, background, body profile.

    Example:
        stickdance capture anna.mp4 -o takes/anna

    Args:
        videos: one or more videos of the same person, or folders of pictures.
        output: folder of the take.
        dance: dance whose pose coverage is told: the share of its poses that the take holds.
        shotlist: shot list whose guide video the footage was filmed by; what
            `stickdance record --shotlist` filmed knows its own.
        capture: how footage becomes a take.
    """
    from stickdance.capture.take.take import PAGE
    from stickdance.capture.video_to_take import video_to_take
    from stickdance.tools.commands.check_footage import about_footage
    from stickdance.tools.commands.dance_coverage import check_dance
    from stickdance.tools.shotlist.marking import about_shots, check_shots, mark_shots

    check_dance(dance)
    check_shots(videos, shotlist)
    take = video_to_take(videos, output, capture)
    shots = mark_shots(take, shotlist)
    told = {"take": str(output), "page": str(take.path / PAGE), **take.report}
    del told["movements"]
    if shots is not None:
        told["shot_list"] = about_shots(shots)
    return told | about_footage(take, dance)


def check_footage(
    videos: Positional[tuple[Path, ...]],
    output: MaybeOutput = None,
    dance: Path | None = None,
    footage: CheckOptions = CheckOptions(),
) -> dict[str, Any]:
    """Judge footage: camera, light, blur, clutter, the person, the poses that a dance needs.

    Example:
        stickdance check-footage anna.mp4 -o anna.html

    Args:
        videos: one or more videos of the same person, or folders of pictures.
        output: page (.html) to write, with the figures and a contact sheet.
        dance: dance whose pose coverage is told: the share of its poses that the footage holds.
        footage: how closely to look.
    """
    from stickdance.tools.commands.check_footage import check_footage

    return check_footage(videos, output, footage, dance)


def retarget(
    poses: Positional[Path],
    target: Annotated[Path, arg(name="for")],
    output: Output,
    movement: RetargetOptions = RetargetOptions(),
) -> dict[str, Any]:
    """Give a movement the proportions, or the place and size, of another person.

    Example:
        stickdance retarget dancer.npz --for takes/anna -o moved.npz --preview

    Args:
        poses: the movement: poses in NPZ, a take, a dance, or a keypoint file or folder.
        target: the other person: a take, or any of the same.
        output: poses (.npz) to write.
        movement: how it is given to the other person.
    """
    from stickdance.tools.commands.retarget import retarget_file

    return retarget_file(poses, target, output, movement)


def compare_estimators(
    videos: Positional[tuple[Path, ...]],
    output: MaybeOutput = None,
    comparison: EstimatorComparisonOptions = EstimatorComparisonOptions(),
) -> dict[str, Any]:
    """Count missing frames, incorrect detections, confidence and time of pose estimators.

    Example:
        stickdance compare-estimators anna.mp4 --poses openpose_json/ --to 60

    Args:
        videos: one or more videos, each of one person.
        output: file (.json) to write the table to as well.
        comparison: what is compared.
    """
    from stickdance.capture.evaluation.compare_estimators import compare_estimators
    from stickdance.capture.evaluation.comparison_table import as_table, save

    found = compare_estimators(videos, comparison)
    if output is not None:
        save(found, output)
    return {"table": as_table(found), **found.as_json()}


def convert_poses(
    poses: Positional[Path],
    output: Output,
    conversion: ConversionOptions = ConversionOptions(),
) -> dict[str, Any]:
    """Convert poses; the format to read is told by the content, the one to write by the name.

    Example:
        stickdance convert-poses openpose_json/ -o anna.json --video anna.mp4

    Args:
        poses: a take, poses.npz, or a keypoint file or folder of OpenPose, AlphaPose, COCO,
            openpifpaf, BlazePose, MoveNet, AIST++ or BVH.
        output: NAME.json for COCO, NAME.npz for stickdance, a name without a suffix for a folder of
            OpenPose.
        conversion: what the file does not say, and what to change.
    """
    from stickdance.tools.commands.convert import convert_file

    return convert_file(poses, output, conversion)


def record(
    output: Output = Path("recording.mp4"),
    list_cameras: bool = False,
    camera: CameraOptions = CameraOptions(),
    recording: RecordOptions = RecordOptions(),
) -> dict[str, Any]:
    """Record a person, asking for the movements that a take should cover.

    Example:
        stickdance record -o anna.mp4 --seconds 8

    Args:
        output: video (.mp4) to write; nothing is written over.
        list_cameras: only tell which cameras there are.
        camera: what records.
        recording: what is asked for, and how.
    """
    from stickdance.capture.media import camera as cameras
    from stickdance.tools.recording import record as guided

    if list_cameras:
        found = cameras.list_cameras()
        return {"cameras": [f"{each.address}: {each.name}" for each in found]}
    return guided.record(output, camera, recording).as_json()
