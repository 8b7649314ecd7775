from dataclasses import replace

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import STANDARD, Origin, find_action
from stickdance.choreography.plan.action_provenance import check_origins, used_origins
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step

MINE = replace(find_action("mambo"), name="mine")
ORIGIN = Origin("mine", "mine.py", "ab" * 32)
REPERTOIRE = STANDARD.with_added([(MINE, ORIGIN)])
STEPS = (Step("mambo", 0, 4), Step("mine", 4, 4), Step("mine", 8, 4))
PLAN = Choreography(
    "s", "", 10.0, 120, 4, tuple(0.5 * k for k in range(20)), (0,), (), STEPS, actions=(ORIGIN,)
)


def test_a_plan_records_the_actions_that_do_not_come_with_the_package():
    assert used_origins(STEPS, REPERTOIRE) == (ORIGIN,)
    assert used_origins(STEPS[:1], REPERTOIRE) == ()


def test_a_plan_needs_the_same_actions_again():
    check_origins(PLAN, REPERTOIRE)
    with pytest.raises(BadInput, match=r"step 2: action 'mine' comes from mine.py; give it: --act"):
        check_origins(PLAN, STANDARD)
    other = STANDARD.with_added([(MINE, replace(ORIGIN, sha256="cd" * 32))])
    with pytest.raises(BadInput, match=r"step 2: action 'mine' was made with another mine.py"):
        check_origins(PLAN, other)
