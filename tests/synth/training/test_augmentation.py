import cv2
import numpy as np
import pytest
import torch

from stickdance.synth.compute.image_tensors import as_tensor
from stickdance.synth.generators.recipe import Augmentation
from stickdance.synth.training.augmentation import (
    LightChange,
    Variation,
    drawn,
    moved,
    relit,
)

ALL = Augmentation(
    reshape=1, scale=0.2, turn=10, shift=0.05, light=1, gain=0.1, gamma=0.2, saturation=0.3,
    flip=1, lost_limb=1, lost_stick=1,
)  # fmt: skip
WHOLE = (slice(0, 48), slice(0, 64))


@pytest.fixture
def picture():
    """Smooth noise, so that two ways to interpolate it agree."""
    noise = np.random.default_rng(0).integers(0, 256, (12, 16, 3)).astype(np.uint8)
    return cv2.resize(noise, (64, 48), interpolation=cv2.INTER_CUBIC)


def test_the_same_random_numbers_give_the_same_variation():
    one, other = (drawn(ALL, np.random.default_rng((3, 7)), 18) for _ in range(2))
    assert one == other
    assert one != drawn(ALL, np.random.default_rng((3, 8)), 18)


def test_every_amount_stays_within_its_option():
    for number in range(50):
        one = drawn(ALL, np.random.default_rng(number), 18)
        assert 0.25 <= one.gap_seconds <= 1.5
        assert abs(one.scale - 1) <= 0.2
        assert abs(one.turn) <= 10
        assert max(map(abs, one.shift)) <= 0.05
        assert one.flipped
        assert one.lost
        assert one.undrawn
        assert one.light is not None
        assert abs(one.light.gamma - 1) <= 0.2
        assert all(abs(gain - 1) <= 1.1 * 1.05 - 1 + 1e-9 for gain in one.light.gains)


def test_nothing_varies_where_all_chances_are_zero():
    calm = Augmentation(reshape=0, light=0, lost_limb=0, joints=0, source_noise=0)
    one = drawn(calm, np.random.default_rng(0), 18)
    assert one == Variation(one.gap_seconds)
    assert not one.moves


def test_joints_are_shifted_by_about_their_option():
    shifts = np.array(drawn(Augmentation(joints=0.01), np.random.default_rng(0), 4000).joint_shifts)
    assert shifts.shape == (4000, 2)
    assert shifts.std() == pytest.approx(0.01, rel=0.05)
    assert shifts.mean() == pytest.approx(0, abs=5e-4)


def test_prices_of_sources_vary_by_about_their_option_and_from_sample_to_sample():
    one, other = (drawn(Augmentation(), np.random.default_rng(n), 18) for n in range(2))
    prices = one.source_prices((1, 12, 500))
    assert prices.dtype == np.float32
    assert np.log(prices).std() == pytest.approx(0.3, rel=0.05)
    assert np.log(prices).mean() == pytest.approx(0, abs=0.02)
    assert (prices == one.source_prices((1, 12, 500))).all()
    assert (prices != other.source_prices((1, 12, 500))).any()
    calm = drawn(Augmentation(source_noise=0), np.random.default_rng(0), 18)
    assert calm.source_prices((1, 12, 500)) is None


def test_a_movement_turns_and_scales_about_the_middle_of_the_pose():
    points = np.array([[10.0, 20.0], [30.0, 20.0], [np.nan, np.nan]])
    movement = Variation(1.0, scale=2.0, turn=90.0, shift=(0.1, 0.0)).movement(points, 100)
    there = points[:2] @ movement[:, :2].T + movement[:, 2]
    # 10 px on either side become 20 px up and down, all 10 px to the right
    assert there == pytest.approx(np.array([[30.0, 40.0], [30.0, 0.0]]))


def test_a_shift_by_whole_pixels_is_a_copy(picture):
    movement = np.array([[1.0, 0.0, 5.0], [0.0, 1.0, 3.0]])
    window = (slice(10, 40), slice(12, 60))
    out = moved(as_tensor(picture[None]), movement, window, "photo")
    wanted = as_tensor(picture[None, 7:37, 7:55])
    assert torch.allclose(out, wanted, atol=2e-4)


def test_a_moved_picture_is_what_opencv_makes_of_it(picture):
    points = np.array([[20.0, 20.0], [44.0, 30.0]])
    movement = Variation(1.0, scale=1.1, turn=8.0).movement(points, 48)
    out = moved(as_tensor(picture[None]), movement, WHOLE, "photo")
    on_centres = movement.copy()
    on_centres[:, 2] += movement[:, :2] @ (0.5, 0.5) - 0.5
    wanted = cv2.warpAffine(
        picture, on_centres, (64, 48), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    apart = (out - as_tensor(wanted[None])).abs()[..., 3:-3, 3:-3] * 127.5
    assert apart.mean() < 1
    assert apart.max() < 8


def test_beyond_the_edge_mattes_end_and_photos_go_on(picture):
    movement = np.array([[1.0, 0.0, 20.0], [0.0, 1.0, 0.0]])
    matte = moved(torch.ones(1, 1, 48, 64), movement, WHOLE, "matte")
    photo = moved(as_tensor(picture[None]), movement, WHOLE, "photo")
    assert (matte[..., :19] == 0).all()
    assert torch.allclose(matte[..., 21:], torch.ones(()))
    assert torch.allclose(photo[..., 5], photo[..., 15], atol=1e-4)


def test_light_multiplies_each_colour():
    colours = torch.tensor([0.4, -0.2, 0.0]).reshape(1, 3, 1, 1)  # 0.7, 0.4, 0.5 of 1
    lit = relit(colours, LightChange((1.2, 0.5, 1.0), 1.0, 1.0))
    wanted = torch.tensor([0.84, 0.2, 0.5]) * 2 - 1
    assert torch.allclose(lit.flatten(), wanted, atol=1e-6)


def test_gamma_is_an_exponent_and_saturation_leaves_grey_alone():
    grey = torch.full((1, 3, 2, 2), 0.28)  # 0.64 of 1
    assert torch.allclose(
        relit(grey, LightChange((1.0,) * 3, 0.5, 1.0)), torch.tensor(0.6), atol=1e-5
    )
    assert torch.allclose(relit(grey, LightChange((1.0,) * 3, 1.0, 1.5)), grey, atol=1e-5)
    red = torch.tensor([0.6, 0.0, 0.0]).reshape(1, 3, 1, 1)
    pale = relit(red, LightChange((1.0,) * 3, 1.0, 0.5))
    assert pale[0, 1] > 0.1
    assert pale[0, 0] == pytest.approx(0.6, abs=1e-5)  # the brightest colour stays
