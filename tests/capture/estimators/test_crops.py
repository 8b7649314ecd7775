import numpy as np
import pytest

from stickdance.capture.estimators.crops import crop_of, laid_back, moved, region_along, to_picture
from stickdance.capture.estimators.people import Region


def test_the_corners_of_a_turned_region_go_to_the_corners_of_its_crop():
    way = to_picture(Region(50, 40, 20, np.pi / 2), 10)
    corners = moved(np.array([(0, 0), (10, 0), (5, 5)], float), way)
    # turned clockwise by a quarter: what is left above in the crop is right above in the picture
    np.testing.assert_allclose(corners, [(60, 30), (60, 50), (50, 40)], atol=1e-9)


def test_a_crop_beyond_the_picture_is_black_or_goes_on_with_its_edge():
    picture = np.full((10, 10, 3), 200, np.uint8)
    region = Region(0, 5, 10)
    black, _ = crop_of(picture, region, 10, repeat_edge=False)
    assert (black[:, :4].max(), black[:, 6:].min()) == (0, 200)
    assert (crop_of(picture, region, 10, repeat_edge=True)[0] == 200).all()


def test_a_crop_is_read_at_places_rounded_to_a_32nd_of_a_pixel():
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[:, 1::2] = 160
    crop, _ = crop_of(picture, Region(2.3, 2, 4), 4, repeat_edge=True)
    # 0.3 becomes 10/32 on the way from 0 to 160, and back again
    assert crop[2, :, 0].tolist() == [50, 110, 50, 160]


def test_a_mask_laid_back_covers_what_its_crop_showed_and_nothing_else():
    picture = np.zeros((80, 100, 3), np.uint8)
    picture[30:50, 60:80] = 255
    crop, way = crop_of(picture, Region(70, 40, 40, 0.5), 64, repeat_edge=True)
    back = laid_back(crop[:, :, 0].copy(), way, (100, 80))
    assert back[33:47, 63:77].min() > 240
    far = np.ones((80, 100), bool)
    far[27:53, 57:83] = False
    assert back[far].max() == 0


def test_a_region_outside_the_picture_lays_nothing_back():
    way = to_picture(Region(500, 500, 40), 16)
    assert laid_back(np.full((16, 16), 255, np.uint8), way, (100, 80)).max() == 0


@pytest.mark.parametrize(
    ("rim", "turn"), [((50, 20), 0), ((70, 40), np.pi / 2), ((30, 40), -np.pi / 2)]
)
def test_a_region_runs_up_the_body(rim, turn):
    region = region_along(np.array([50.0, 40.0]), np.array(rim, float), 1.25)
    assert (region.x, region.y, region.side) == (50, 40, 50)
    assert region.rotation == pytest.approx(turn)
