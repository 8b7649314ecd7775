import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.capture.options import SplitOptions
from stickdance.capture.take.splitting import split_take
from stickdance.checkpoints.errors import BadInput

WHOLE = Framing((192, 160))


def told_apart(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - two).mean())


def frames_of(take, original) -> list[int]:
    """Return which frames of the original take a take holds, by its sources."""
    numbers = []
    for source in take.sources:
        numbers += range(source.first, source.first + source.frames)
    assert all(number < original.frame_count for number in numbers)
    return numbers


def test_parts_are_takes_of_their_own(take, tmp_path):
    one, two = split_take(take, tmp_path / "parts", SplitOptions(at=(1.0,), held_out=0.2))
    assert (one.frame_count, two.frame_count) == (25, 35)
    assert (one.training_frames, two.training_frames) == (20, 28)
    assert frames_of(two, take) == list(range(25, 60))
    assert two.poses.points == pytest.approx(take.poses.points[25:])
    for stored, there in zip(two.frames(), take.frames(25), strict=True):
        assert told_apart(stored, there) < 2
    assert two.consent == take.consent
    equal = split_take(take, tmp_path / "equal", SplitOptions(parts=2))
    assert [part.frame_count for part in equal] == [30, 30]


def test_blocks_test_at_the_end_of_each_and_leave_a_gap(take, tmp_path):
    (dealt,) = split_take(take, tmp_path / "dealt", SplitOptions(blocks=2, held_out=0.4, gap=0.12))
    numbers = frames_of(dealt, take)
    training, testing = numbers[: dealt.training_frames], numbers[dealt.training_frames :]
    assert training == [*range(18), *range(33, 48)]
    assert testing == [*range(21, 30), *range(51, 60)]
    distance = np.abs(np.subtract.outer(training, testing)).min()
    assert distance > 3
    truth = list(dealt.truth(WHOLE))
    originals = list(take.truth(WHOLE))
    assert all((truth[k] == originals[number]).all() for k, number in enumerate(numbers))


def test_splits_that_make_no_sense_are_refused(take, tmp_path):
    cases = {
        "name one of --at": SplitOptions(),
        "name one of": SplitOptions(parts=2, blocks=2),
        "expected parts of at least 1 s": SplitOptions(parts=5),
        "in order, within 2.4 s": SplitOptions(at=(7.0,)),
        "no longer than the gap": SplitOptions(blocks=2, held_out=0.2, gap=0.5),
        "expected a share": SplitOptions(parts=2, held_out=1.0),
    }
    for reason, options in cases.items():
        with pytest.raises(BadInput, match=reason):
            split_take(take, tmp_path / "out", options)
    assert not (tmp_path / "out").exists()
