import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.tools.frame_size import working_size


def test_a_size_that_is_asked_for_is_taken():
    assert working_size((160, 256), (692, 1108)) == (160, 256)


@pytest.mark.parametrize(
    ("shape", "size"), [((692, 1108), (160, 256)), ((1920, 1080), (448, 256)), ((9, 90), (64, 256))]
)
def test_without_words_it_is_256_high_in_the_footage_s_shape(shape, size):
    assert working_size(None, shape) == size


@pytest.mark.parametrize("size", [(100, 256), (48, 256), (256, 1040), (0, 0)])
def test_sides_that_the_renderers_cannot_paint_are_a_usage_error(size):
    with pytest.raises(UsageError, match=f"--size {size[0]}x{size[1]}: sides must be multiples"):
        working_size(size, (1, 1))
