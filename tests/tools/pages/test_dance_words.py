import re
from types import SimpleNamespace

import pytest

from stickdance.choreography.plan.moves import FilmedMove, Moves
from stickdance.choreography.plan.steps import Step
from stickdance.tools.pages.dance_words import danced_with

MOVES = Moves("anna", "0" * 64, 5.0, (FilmedMove("move_001", 0.0, (1.0,), (1.0,)),))


def dance(moves, *names, followed=None, **manifest):
    steps = tuple(Step(name, 4 * at, 4) for at, name in enumerate(names))
    return SimpleNamespace(
        choreography=SimpleNamespace(moves=moves, steps=steps),
        manifest=manifest,
        followed=followed,
    )


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (dance(None, "mambo"), "made of named actions"),
        (dance(MOVES, "move_001", filmed_actions=[]), "--dance-with library"),
        (dance(MOVES, "move_001", "mambo", filmed_actions=["mambo"]), r"1 of 2 steps.*\(mambo\)"),
        (dance(None, followed={"video": "bob.mp4"}), "that of the person in bob.mp4"),
        (dance(None, choreographer="x"), "a trained choreographer's"),
    ],
)
def test_it_is_told_what_a_dance_is_made_of(made, words):
    assert re.search(words, danced_with(made))
