"""What every dance's folder holds beside the song, however it was danced."""

from pathlib import Path
from typing import Any

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.choreography.choreographer import Danced
from stickdance.choreography.dance.folder import BODY, JOINTS, PLAN, POSES, PREVIEW
from stickdance.choreography.dance.preview import write_preview
from stickdance.choreography.plan_to_poses.joints_3d import save_joints
from stickdance.choreography.rules.action_familiarity import COVERAGE, familiarity_report


def write_dance(
    folder: Path, danced: Danced, profile: BodyProfile, sound: Path | None
) -> dict[str, Any]:
    """Write plan, poses, body, how far the poses lie from those seen, and the preview.

    Args:
        folder: of the dance, unfinished.
        danced: what the choreographer made, on the profile's body.
        profile: whose body.
        sound: of the preview; None: there is none.

    Returns:
        What the manifest says of it; "pose_coverage", where poses were seen.
    """
    danced.plan.save(folder / PLAN)
    danced.poses.save(folder / POSES)
    if danced.joints is not None:
        save_joints(folder / JOINTS, danced.joints)
    profile.save(folder / BODY)
    if sound is not None:
        write_preview(danced.poses, sound, folder / PREVIEW, profile.ground)
    report = familiarity_report(danced.poses, profile)
    if report is None:
        return dict(danced.about)
    report.save(folder / COVERAGE)
    return {**danced.about, "pose_coverage": report.summary()}
