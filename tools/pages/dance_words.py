"""What a dance is made of, in words."""

from stickdance.choreography.dance.folder import CHOREOGRAPHER, Dance

_NAMED = 6  # actions that are named at most


def danced_with(dance: Dance) -> str:
    """Return whether a dance is made of moves of the person filmed, of named actions, or both."""
    plan = dance.choreography
    if dance.followed:
        return f"The dance is that of the person in {dance.followed.get('video')}."
    if CHOREOGRAPHER in dance.manifest:
        return "The dance is a trained choreographer's."
    if plan.moves is None:
        return "The dance is made of named actions."
    if told := dance.manifest.get("shot_list"):
        return (
            "The dance is made of the moves of a shot list as they were filmed "
            f"({told['shots']} of its {told['of']})."
        )
    steps = [step.action for step in plan.steps]
    own = sum(name in plan.moves.names for name in steps)
    actions = sorted(set(steps) - plan.moves.names)
    if actions:
        return (
            f"The dance is made of own moves of the person filmed ({own} of {len(steps)} steps) "
            f"and of named actions ({_listed(actions)})."
        )
    if dance.manifest.get("filmed_actions") == []:
        return (
            "The dance is made of own moves of the person filmed, for the footage shows none of "
            "the named actions; --dance-with library dances those all the same."
        )
    return "The dance is made of own moves of the person filmed."


def _listed(names: list[str]) -> str:
    shown = ", ".join(name.replace("_", " ") for name in names[:_NAMED])
    return f"{shown} ..." if len(names) > _NAMED else shown
