import numpy as np
import pytest

from stickdance.synth.appearance.frame_pool import FramePool

SIZE = (40, 60)


def pictures(count):
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    for number in range(count):
        photo = np.dstack([rows * 4, columns * 5, np.full_like(rows, 10 * number)]).astype(np.uint8)
        matte = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        matte[10:50, 5 + number : 20 + number] = 255
        yield photo, matte


def collected(count=4, most_bytes=1 << 20):
    return FramePool.collect(pictures(count), np.arange(count), SIZE, most_bytes)


def test_pictures_come_back_nearly_as_they_were_around_the_person():
    pool, kept = collected()
    assert kept.tolist() == [0, 1, 2, 3]
    for place, (photo, matte) in enumerate(pictures(4)):
        assert (pool.matte(place) == matte).all()
        apart = np.abs(pool.picture(place).astype(int) - photo)[matte > 0]
        assert apart.max() <= 8


def test_only_the_wanted_pictures_with_a_person_are_kept():
    stream = [*pictures(3), (np.zeros((60, 40, 3), np.uint8), np.zeros((60, 40), np.uint8))]
    _, kept = FramePool.collect(iter(stream), np.array([1, 3]), SIZE, 1 << 20)
    assert kept.tolist() == [1]


def test_the_byte_budget_is_kept_by_dropping_every_other_picture():
    whole, _ = collected(8)
    small, kept = collected(8, whole.bytes // 2 + 100)
    assert small.bytes <= whole.bytes // 2 + 100
    assert kept.tolist() == [0, 2, 4, 6]


def test_a_pool_survives_as_plain_arrays():
    pool, _ = collected()
    again = FramePool.from_tensors(pool.tensors())
    assert all((again.picture(place) == pool.picture(place)).all() for place in range(4))
    assert {array.dtype.kind for array in pool.tensors().values()} <= {"i", "u"}


@pytest.mark.parametrize("name", ["size", "boxes", "lengths", "bytes"])
def test_arrays_that_do_not_fit_are_refused(name):
    tensors = collected()[0].tensors()
    tensors[name] = tensors[name] - 1 if name == "size" else tensors[name][:-1]
    tensors["size"] = np.array([1, 1]) if name == "size" else tensors["size"]
    with pytest.raises(ValueError, match="picture pool"):
        FramePool.from_tensors(tensors)


def test_a_damaged_picture_is_refused_when_it_is_looked_at():
    tensors = collected()[0].tensors()
    tensors["bytes"][:200] = 0
    with pytest.raises(ValueError, match="damaged"):
        FramePool.from_tensors(tensors).picture(0)
