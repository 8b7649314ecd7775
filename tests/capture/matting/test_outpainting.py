import numpy as np
import pytest

from stickdance.capture.matting.outpainting import framed_plate, outpainted
from stickdance.capture.media.framing import Framing


def rows_and_columns(width, height):
    return np.indices((height, width)).astype(float)


def placed(picture, width):
    """Return a picture in the middle of a wider black one, and where it lies."""
    left = (width - picture.shape[1]) // 2
    out = np.zeros((picture.shape[0], width, 3), np.uint8)
    columns = slice(left, left + picture.shape[1])
    out[:, columns] = picture
    return out, (slice(0, picture.shape[0]), columns)


def test_one_colour_goes_on_as_one_colour():
    wide, filmed = placed(np.full((80, 60, 3), (200, 120, 40), np.uint8), 160)
    assert (outpainted(wide, filmed) == (200, 120, 40)).all()


def test_what_was_filmed_is_kept_but_for_a_rim():
    noise = np.random.default_rng(0).integers(0, 256, (80, 60, 3), np.uint8)
    wide, filmed = placed(noise, 160)
    inside = outpainted(wide, filmed)[filmed]
    assert (inside[:, 3:-3] == noise[:, 3:-3]).all()


def test_no_seam_shows_at_the_edge_and_a_line_that_an_encoder_left_there_does_not_go_on():
    rows, columns = rows_and_columns(60, 80)
    room = np.stack([100 + columns, 80 + rows, 0 * rows + 90], -1).astype(np.uint8)
    room[:, 0] = room[:, -1] = 0
    wide, filmed = placed(room, 160)
    painted = outpainted(wide, filmed).astype(int)
    steps = np.abs(np.diff(painted, axis=1)).max((0, 2))
    edge = filmed[1]
    assert steps[edge.start - 5 : edge.start + 5].max() <= 6
    assert painted[:, : edge.start - 1, 0].min() > 80


def test_a_floor_goes_on_as_high_as_it_was_and_light_as_bright():
    rows, _ = rows_and_columns(60, 80)
    room = np.where(rows < 50, 200, 60)[..., None].repeat(3, -1).astype(np.uint8)
    painted = outpainted(*placed(room, 120)).astype(int)
    assert painted[:30, 12:-12, 0].min() > 180
    assert painted[72:, 12:-12, 0].max() < 125


def test_it_grows_softer_with_distance():
    noise = np.random.default_rng(0).integers(0, 256, (80, 80, 3), np.uint8)
    wide, filmed = placed(noise, 240)
    painted = outpainted(wide, filmed).astype(float)
    detail = np.abs(np.diff(painted, axis=0)).mean((0, 2))
    first = filmed[1].start
    assert detail[first + 20] > 60
    assert detail[first - 10] < 0.5 * detail[first + 20]
    assert detail[first - 30] < 0.1 * detail[first + 20]


@pytest.mark.parametrize(
    "crop", [(-2.0, 0.0, 3.0, 1.0), (0.0, -0.5, 1.0, 1.2), (-0.1, -0.1, 1.1, 1.1)]
)
def test_a_plate_is_continued_wherever_the_view_goes_beyond_it(crop):
    plate = np.full((90, 90, 3), 150, np.uint8)
    assert (framed_plate(plate, Framing((64, 64), crop)) == 150).all()


def test_a_view_within_the_frame_is_left_alone():
    plate = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    framing = Framing((32, 32), (0.0, 0.0, 0.5, 0.5))
    assert (framed_plate(plate, framing) == plate[:32, :32]).all()
