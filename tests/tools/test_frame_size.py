import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.tools.frame_size import working_size


def test_a_size_in_words_is_width_and_height():
    assert working_size("160x256", (692, 1108)) == (160, 256)
    assert working_size("320X512", (1, 1)) == (320, 512)


@pytest.mark.parametrize(
    ("shape", "size"), [((692, 1108), (160, 256)), ((1920, 1080), (448, 256)), ((1, 1), (256, 256))]
)
def test_without_words_it_is_256_high_in_the_shape_of_the_footage(shape, size):
    assert working_size("", shape) == size


@pytest.mark.parametrize(
    "words", ["256", "axb", "256x", "256x256x3", "0x256", "250x256", "4096x256"]
)
def test_a_size_that_cannot_be_is_refused_with_the_flag_named(words):
    with pytest.raises(UsageError, match=r"--size"):
        working_size(words, (1, 1))
