"""One action as a video: counted in, danced, mirrored, to a metronome."""

from pathlib import Path

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import Repertoire
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.dance.preview import write_preview
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.plan_to_poses.transitions import pose_values
from stickdance.choreography.practice.clicks import write_clicks

_CALMEST, _LIVELIEST = 70.0, 115.0  # counts a minute that a preview keeps to, if the action does
_COUNT_IN = 4
_LEAST_COUNTS = 8  # danced on each side
_FPS = 25.0
_SIZE = (384, 384)


def write_action_preview(
    action: Action, repertoire: Repertoire, to: Path, tempo: float | None = None
) -> Path:
    """Write a video of an action: four beats of rest, then both sides, with clicks on the beats.

    Args:
        action: one of the repertoire.
        repertoire: where it is found.
        to: the .mp4 to write.
        tempo: counts a minute; by default a comfortable one.

    Raises:
        BadInput: the tempo is not between 20 and 300.
    """
    tempo = _comfortable(action) if tempo is None else tempo
    if not 20 <= tempo <= 300:
        raise BadInput(f"--tempo: expected 20 to 300 counts a minute, found {tempo}")
    plan = _plan(action, tempo)
    body = body_from_profile(default_profile(_SIZE))
    times = np.arange(round(plan.seconds * _FPS)) / _FPS
    poses = staged(pose_values(plan, times, body, repertoire), body, _FPS)
    with scratch_folder() as folder:
        begins = {step.start_beat for step in plan.steps}
        sound = write_clicks(plan.beats, begins, plan.seconds, folder / "clicks.wav")
        return write_preview(poses, sound, to, body.ground)


def _comfortable(action: Action) -> float:
    low, high = action.tempo
    return float(np.clip((low + high) / 2, max(low, _CALMEST), max(low, _LIVELIEST)))


def _plan(action: Action, tempo: float) -> Choreography:
    """Return the plan: rest, the action for at least eight counts, as many mirrored, rest."""
    counts = action.counts * -(-_LEAST_COUNTS // action.counts)
    total = _COUNT_IN + 2 * counts + 2
    beats = tuple((0.5 + np.arange(total) * 60 / tempo).tolist())
    first = Step(action.name, _COUNT_IN, counts)
    other = Step(action.name, _COUNT_IN + counts, counts, mirrored=True)
    seconds = beats[-1] + 60 / tempo
    return Choreography("", "", seconds, tempo, 4, beats, (0,), (), (first, other))
