import cv2
import numpy as np
import pytest

from stickdance.tools.benchmarks.coherence import PATCH, Coherence


@pytest.fixture(scope="module")
def picture():
    noise = np.random.default_rng(0).integers(0, 256, (10, 12, 3)).astype(np.uint8)
    return cv2.resize(noise, (48, 40), interpolation=cv2.INTER_CUBIC)


def test_pieces_of_real_pictures_are_no_distance_from_them_wherever_they_lie(picture):
    seen = Coherence([picture])
    assert seen.distance([picture]) == pytest.approx(0, abs=0.1)
    assert seen.distance([picture[7:30, 11:40], picture[::1, 20:]]) == pytest.approx(0, abs=0.1)


def test_the_distance_is_that_of_the_likest_patch_in_grey_levels():
    black, grey = np.zeros((PATCH, PATCH, 3), np.uint8), np.full((PATCH, PATCH, 3), 100, np.uint8)
    seen = Coherence([black, grey])
    assert seen.distance([np.full((PATCH, PATCH, 3), 90, np.uint8)]) == pytest.approx(10)
    assert seen.distance([np.full((PATCH, PATCH, 3), 20, np.uint8)]) == pytest.approx(20)
    both = [np.full((PATCH, PATCH, 3), value, np.uint8) for value in (90, 20)]
    assert seen.distance(both) == pytest.approx(np.sqrt((100 + 400) / 2))


def test_twisted_pixels_are_farther_than_moved_ones(picture):
    rows, columns = np.mgrid[:40, :48].astype(np.float32)
    moved = cv2.remap(picture, columns + 3, rows + 2, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT)
    twist = 3 * np.sin(rows * 1.1).astype(np.float32)
    twisted = cv2.remap(picture, columns + twist, rows, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT)
    seen, inside = Coherence([picture]), (slice(4, -4), slice(4, -4))
    assert seen.distance([twisted[inside]]) > 3 * seen.distance([moved[inside]])


def test_of_many_patches_a_share_is_kept_the_same_one_each_time():
    random = np.random.default_rng(1)
    pictures = [random.integers(0, 256, (120, 120, 3)).astype(np.uint8) for _ in range(6)]
    other = random.integers(0, 256, (20, 20, 3)).astype(np.uint8)
    distances = {Coherence(pictures).distance([other]) for _ in range(2)}
    assert len(distances) == 1
    assert distances.pop() > 10


def test_pictures_smaller_than_a_patch_are_no_patches(picture):
    small = picture[: PATCH - 1]
    assert np.isnan(Coherence([picture]).distance([small]))
    with pytest.raises(ValueError, match="9x9"):
        Coherence([small])
