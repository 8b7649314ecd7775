import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.options import check_ranges


def test_the_ends_of_a_range_are_within_it():
    check_ranges([("--fps", 5, 5, 240), ("--fps", 240, 5, 240)])


@pytest.mark.parametrize("value", [4.9, 241, float("nan"), float("inf")])
def test_what_is_out_of_range_is_refused_by_its_flag(value):
    with pytest.raises(BadInput, match=r"--fps .*: expected 5 to 240"):
        check_ranges([("--rate", 0.1, 0, 1), ("--fps", value, 5, 240)])
