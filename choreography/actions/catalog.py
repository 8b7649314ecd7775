"""All actions by name."""

import difflib

from choreography.actions import arms, frame_of_dance, hips, legs, whole
from choreography.actions.action import Action
from choreography.errors import BadInput

DANCED: dict[str, Action] = {
    value.name: value
    for module in (arms, hips, legs, whole)
    for value in vars(module).values()
    if isinstance(value, Action)
}
"""The actions that rules choose from."""

ACTIONS: dict[str, Action] = DANCED | {
    value.name: value for value in (frame_of_dance.idle, frame_of_dance.end_pose)
}
"""Every action that a plan may name."""


def find_action(name: str) -> Action:
    """Return an action by its name.

    Raises:
        BadInput: there is none of that name; the nearest one and all known are named.
    """
    if name in ACTIONS:
        return ACTIONS[name]
    near = difflib.get_close_matches(str(name), ACTIONS, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    known = ", ".join(sorted(ACTIONS))
    raise BadInput(f"unknown action {str(name)[:40]!r}{hint}; known: {known}")
