"""Where a plan's actions come from: recorded when it is made, checked when it is danced again."""

from collections.abc import Iterable

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import Origin, Repertoire
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step


def used_origins(steps: Iterable[Step], repertoire: Repertoire) -> tuple[Origin, ...]:
    """Return the origins of the actions among `steps` that do not come with this package."""
    names = dict.fromkeys(step.action for step in steps)
    return tuple(repertoire.origins[name] for name in names if name in repertoire.origins)


def check_origins(plan: Choreography, repertoire: Repertoire) -> None:
    """Refuse a plan whose own actions are not at hand, or are not those that it was made with.

    Raises:
        BadInput: the message names the step, the action and the file to give with --actions.
    """
    told = {origin.name: origin for origin in plan.actions}
    for number, step in enumerate(plan.steps, 1):
        origin = told.get(step.action)
        if origin is None:
            continue
        where = f"step {number}: action {origin.name!r:.60}"
        given = repertoire.origins.get(origin.name)
        if given is None:
            raise BadInput(f"{where} comes from {origin.file}; give it: --actions {origin.file}")
        if given.sha256 != origin.sha256:
            raise BadInput(
                f"{where} was made with another {origin.file} (SHA-256 {origin.sha256[:12]}...) "
                f"than the one given ({given.sha256[:12]}...); take its entry out of the plan's "
                "actions to dance the new one"
            )
