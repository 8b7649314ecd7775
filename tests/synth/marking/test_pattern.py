import numpy as np
import pytest

from stickdance.synth.marking.pattern import TILE, drawn, ring, waves_of

MESSAGE = b"\x01\x02\x03\x04\x05\x06"


def test_it_has_unit_strength_and_repeats_every_tile():
    pattern = drawn(waves_of(MESSAGE), (256, 256))
    assert (pattern**2).mean() == pytest.approx(1)
    assert np.allclose(pattern[:TILE], pattern[TILE:])


def test_its_spectrum_is_the_waves_and_nothing_else():
    pattern = drawn(waves_of(MESSAGE), (256, 256))
    found = np.fft.fft2(pattern[:TILE, :TILE])
    at_ring = found[ring().down, ring().across]
    assert np.allclose(at_ring / np.abs(at_ring), waves_of(MESSAGE), atol=1e-6)
    assert 2 * (np.abs(at_ring) ** 2).sum() == pytest.approx((np.abs(found) ** 2).sum())


def test_it_grows_with_the_frame():
    small, large = (drawn(waves_of(MESSAGE), (side, side)) for side in (256, 512))
    assert np.allclose(small, large[::2, ::2])


@pytest.mark.parametrize("size", [(16, 16), (640, 360), (97, 301)])
def test_frames_of_any_size_get_one(size):
    pattern = drawn(waves_of(MESSAGE), size)
    assert pattern.shape == size[::-1]
    assert np.isfinite(pattern).all()
