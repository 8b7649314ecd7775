import numpy as np
import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.learned.genre.options import (
    Configuration,
    GenreOptions,
    as_json,
    check,
)
from stickdance.choreography.learned.genre.searches import (
    best_so_far,
    draw_searches,
    searches_text,
)
from stickdance.choreography.learned.genre.tune import Trial, Tuning

CONFIGURATION = Configuration()


def tuning(*trials):
    return Tuning(
        CONFIGURATION,
        CONFIGURATION,
        tuple(
            Trial(number, state, as_json(CONFIGURATION), loss, 1 - loss / 2, steps)
            for number, (state, loss, steps) in enumerate(trials)
        ),
    )


HYPERBAND = tuning(
    ("complete", 0.9, 90), ("pruned", 1.1, 10), ("pruned", 0.7, 30), ("complete", 0.4, 90)
)
RANDOM = tuning(("complete", 0.9, 90), ("complete", 0.6, 90))


def test_a_search_is_as_good_as_its_best_trial_so_far_for_the_steps_of_all():
    steps, least = best_so_far(HYPERBAND)
    assert steps.tolist() == [90, 100, 130, 220]
    assert least.tolist() == [0.9, 0.9, 0.7, 0.4]
    assert HYPERBAND.steps == 220


def test_the_table_tells_both_at_half_of_the_budget_and_at_its_end():
    lines = searches_text({"hyperband": HYPERBAND, "random": RANDOM}).splitlines()
    assert lines[2] == "| hyperband | 4 | 2 | 220 | 0.900 | 0.400 | 80.0% |"  # 110 steps: three
    assert lines[3] == "| random | 2 | 0 | 180 | 0.900 | 0.600 | 70.0% |"


def test_both_curves_are_drawn_in_their_colours():
    both = draw_searches({"hyperband": HYPERBAND, "random": RANDOM})
    one = draw_searches({"hyperband": HYPERBAND})
    assert both.shape == (460, 760, 3)
    assert (both != one).any()
    coloured = (np.ptp(both.astype(int), axis=2) > 60).any(axis=1)
    assert coloured.sum() > 200  # from the highest to the lowest value


def test_a_random_search_alone_compares_with_nothing():
    with pytest.raises(UsageError, match="--tune-random: compares with --tune"):
        check(GenreOptions(tune_random=True))
