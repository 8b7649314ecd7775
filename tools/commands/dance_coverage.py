"""The pose coverage of a dance by a take, the same number as `choreograph` and `render` give."""

from pathlib import Path

from stickdance.capture.conditions.pose_coverage import pose_coverage
from stickdance.capture.media.framing import frame_around
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.retargeting.retarget import on_body
from stickdance.capture.take.take import Take
from stickdance.choreography.dance.folder import BODY, Dance


def check_dance(folder: Path | None) -> None:
    """Refuse what is no dance, before any work; None is none.

    Raises:
        BadInput: no finished dance lies there.
    """
    if folder is not None:
        Dance.load(folder)


def dance_coverage(dance: Path, take: Take) -> dict[str, float] | None:
    """Return the pose coverage of a dance's poses, put onto the person of a take, as JSON values.

    Args:
        dance: folder of the dance.
        take: whose poses are there; None is returned where it knows none.

    Raises:
        BadInput: `dance` is no finished dance, or the person cannot be shown in its shape.
    """
    poses, source = Dance.load(dance).poses, BodyProfile.load(dance / BODY)
    target = take.body.framed(frame_around(take.size, poses.size, take.body.room))
    found = pose_coverage(on_body(poses, source, target), target)
    return None if found is None else found.as_json()
