"""What every dance's folder holds beside the song, however it was danced."""

from pathlib import Path
from typing import Any

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.dance.folder import BODY, PLAN, POSES, PREVIEW
from stickdance.choreography.dance.preview import write_preview
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.rules.action_familiarity import COVERAGE, familiarity_report


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
