"""What every dance's folder holds beside the song, however it was danced."""

from pathlib import Path
from typing import Any

from capture.body_profile import BodyProfile
from capture.sequence import PoseSequence
from choreography.dance import BODY, PLAN, POSES, PREVIEW
from choreography.familiarity import COVERAGE, familiarity_report
from choreography.plan import Choreography
from choreography.preview import write_preview


def write_dance(
    folder: Path,
    plan: Choreography,
    poses: PoseSequence,
    profile: BodyProfile,
    sound: Path | None,
) -> dict[str, Any]:
    """Write plan, poses, body, how far the poses lie from those seen, and the preview.

    Args:
        folder: of the dance, unfinished.
        plan: of the song.
        poses: on the profile's body, in its pixels.
        profile: whose body.
        sound: of the preview; None: there is none.

    Returns:
        What the manifest tells of it: "pose_coverage", where poses were seen.
    """
    plan.save(folder / PLAN)
    poses.save(folder / POSES)
    profile.save(folder / BODY)
    if sound is not None:
        write_preview(poses, sound, folder / PREVIEW, profile.ground)
    report = familiarity_report(poses, profile)
    if report is None:
        return {}
    report.save(folder / COVERAGE)
    return {"pose_coverage": report.summary()}
