import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.frame_size import at_video_size, video_size, working_size


def test_a_size_that_is_asked_for_is_taken():
    assert working_size((160, 256), (692, 1108)) == (160, 256)
    assert working_size((1280, 720), (692, 1108)) == (1280, 720)


@pytest.mark.parametrize(
    ("shape", "size"), [((692, 1108), (160, 256)), ((1920, 1080), (448, 256)), ((9, 90), (64, 256))]
)
def test_without_words_a_performer_is_256_high_in_the_footage_s_shape(shape, size):
    assert working_size(None, shape) == size


@pytest.mark.parametrize("size", [(101, 256), (48, 256), (256, 1922), (0, 0)])
def test_sides_that_are_odd_or_out_of_range_are_a_usage_error(size):
    with pytest.raises(UsageError, match=f"--size {size[0]}x{size[1]}: sides must be even"):
        working_size(size, (1, 1))


@pytest.mark.parametrize(
    ("footage", "size"),
    [((512, 288), (512, 288)), ((1920, 1080), (1280, 720)), ((1081, 1921), (406, 720))],
)
def test_without_words_a_video_has_the_footage_s_own_size_up_to_720_rows(footage, size):
    assert video_size(None, footage) == size


@pytest.mark.parametrize(
    ("asked", "painted"),
    [
        ((160, 256), (160, 256)),
        ((512, 512), (512, 512)),
        ((1280, 720), (688, 384)),
        ((720, 1280), (224, 384)),
        ((500, 282), (480, 272)),
    ],
)
def test_the_network_paints_up_to_512_rows_in_steps_of_16(asked, painted):
    options = at_video_size(TrainingOptions(), asked, (1, 1))
    assert options.size == painted
    assert options.video_size == (None if painted == asked else asked)


def test_without_words_the_network_paints_256_rows():
    options = at_video_size(TrainingOptions(), None, (512, 288))
    assert (options.size, options.video_size) == ((448, 256), (512, 288))


def test_whole_frames_are_painted_at_the_size_of_the_video():
    options = TrainingOptions(generator="pix2pixhd")
    assert at_video_size(options, (512, 256), (1, 1)).video_size is None
    with pytest.raises(UsageError, match="--generator compact"):
        at_video_size(options, (500, 282), (1, 1))
