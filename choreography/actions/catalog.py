"""All actions by name, and the repertoire of one dance: those, and what a person added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.suggestions import did_you_mean
from stickdance.choreography.actions import (
    arms,
    footwork,
    frame_of_dance,
    hips,
    latin,
    legs,
    lyrical,
    street,
    waltzes,
    whole,
)
from stickdance.choreography.actions.action import Action

DANCED: dict[str, Action] = {
    value.name: value
    for module in (arms, hips, legs, whole, footwork, latin, lyrical, street, waltzes)
    for value in vars(module).values()
    if isinstance(value, Action)
}
"""The actions that rules choose from."""

ACTIONS: dict[str, Action] = DANCED | {
    value.name: value for value in (frame_of_dance.idle, frame_of_dance.end_pose)
}
"""Every action that a plan may name without saying where it comes from."""


@dataclass(frozen=True)
class Origin:
    """Where an action that does not come with this package was found."""

    name: str
    """Of the action."""
    file: str
    """Name of the file or folder, without its folders."""
    sha256: str
    """Of its content."""


@dataclass(frozen=True)
class Repertoire:
    """The actions that one dance may use."""

    actions: Mapping[str, Action] = field(default_factory=lambda: ACTIONS)
    danced: Mapping[str, Action] = field(default_factory=lambda: DANCED)
    """Those of them that rules choose from."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Of the actions that do not come with this package."""

    def find(self, name: str) -> Action:
        """Return an action by its name.

        Raises:
            BadInput: there is none of that name; the nearest one and all known are named.
        """
        if name in self.actions:
            return self.actions[name]
        hint = did_you_mean(str(name), self.actions)
        known = ", ".join(sorted(self.actions))
        raise BadInput(f"unknown action {str(name)[:40]!r}{hint}; known: {known}")

    def with_added(self, actions: Iterable[tuple[Action, Origin]]) -> "Repertoire":
        """Return a repertoire with more actions, for plans and for rules.

        Raises:
            BadInput: a name is taken.
        """
        added: dict[str, Action] = {}
        origins = dict(self.origins)
        for action, origin in actions:
            if action.name in self.actions or action.name in added:
                raise BadInput(
                    f"{origin.file}: there is an action {action.name!r:.60} already; "
                    "give this one another name"
                )
            added[action.name], origins[action.name] = action, origin
        return Repertoire({**self.actions, **added}, {**self.danced, **added}, origins)


STANDARD = Repertoire()
"""What comes with this package."""


def find_action(name: str) -> Action:
    """Return an action that comes with this package, by its name.

    Raises:
        BadInput: there is none of that name; the nearest one and all known are named.
    """
    return STANDARD.find(name)
