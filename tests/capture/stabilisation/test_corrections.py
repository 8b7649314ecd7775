import cv2
import numpy as np
import pytest

from stickdance.capture.stabilisation.background_motion import BackgroundPath
from stickdance.capture.stabilisation.corrections import (
    Corrections,
    corrections_for,
    filled_from,
    unrest_of,
)
from stickdance.checkpoints.errors import BadInput

SIZE = (160, 120)


def path_of(shifts, gains=None):
    frames = len(shifts)
    maps = np.tile(np.eye(2, 3), (frames, 1, 1))
    maps[:, :, 2] = shifts
    lights = np.ones((frames, 3)) if gains is None else np.tile(np.array(gains)[:, None], 3)
    return BackgroundPath(maps, lights, np.zeros((frames, 3)), np.ones(frames, bool), 0.05)


def smooth(width=160, height=120, seed=0):
    coarse = np.random.default_rng(seed).integers(40, 220, (9, 12, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def shaken(frames=20, reach=3.0):
    angle = np.linspace(0, 2 * np.pi, frames, endpoint=False)
    return np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=-1)


def test_footage_from_a_tripod_in_steady_light_is_left_alone():
    tremble = shaken(reach=0.3)
    assert corrections_for(path_of(tremble, [1.01, 0.99] * 10), SIZE, 16) is None


def test_unrest_is_measured_from_the_middle_not_from_the_first_frame():
    unrest = unrest_of(path_of(shaken(reach=3.0) + np.array([40, -7])), SIZE)
    assert unrest.movement == pytest.approx(3.0, abs=0.01)
    assert unrest.movement_share == pytest.approx(3.0 / 120, abs=1e-4)
    assert unrest.farthest_share == pytest.approx(3.0 / 120, abs=1e-3)


def test_a_flicker_of_ten_percent_is_measured_as_such():
    gains = 1 / (1 + 0.1 * np.sin(np.linspace(0, 2 * np.pi, 41)))
    assert unrest_of(path_of(np.zeros((41, 2)), gains), SIZE).light == pytest.approx(0.1, abs=0.015)


def test_every_point_of_the_room_is_held_in_one_place():
    shifts = shaken(reach=2.0)
    corrections = corrections_for(path_of(shifts), SIZE, 16)
    room = np.array([80.0, 60.0])
    held = [corrections.points(room - shift, number) for number, shift in enumerate(shifts)]
    np.testing.assert_allclose(held - held[0], 0, atol=1e-9)


def test_pictures_are_held_where_their_points_are():
    shifts = shaken(reach=2.5)
    corrections = corrections_for(path_of(shifts), SIZE, 20)
    dot = np.zeros((120, 160, 3), np.uint8)
    cv2.circle(dot, (70, 50), 6, (255, 255, 255), -1)
    for number in (0, 7, 13):
        held, _ = corrections.picture(dot, number)
        mask = corrections.mask(dot[..., 0], number)
        expected = corrections.points(np.array([70.5, 50.5]), number)
        for picture in (held[..., 0], mask):
            weight = picture.astype(float)
            rows, columns = np.mgrid[:120, :160] + 0.5
            found = np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum()
            np.testing.assert_allclose(found, expected, atol=0.06)


def test_the_original_is_corrected_like_the_stored_frame_of_half_its_size():
    corrections = corrections_for(path_of(shaken(reach=2.3), [1.06, 0.95] * 10), SIZE, 20)
    large = smooth(320, 240)
    small = cv2.resize(large, SIZE, interpolation=cv2.INTER_AREA)
    for number in (1, 6, 18):
        held, _ = corrections.picture(large, number)
        shrunk = cv2.resize(held, SIZE, interpolation=cv2.INTER_AREA).astype(int)
        stored, _ = corrections.picture(small, number)
        assert np.abs(shrunk - stored)[5:-5, 5:-5].mean() < 1.0


def test_light_is_held_at_the_middle_one():
    gains = np.array([1.0, 1.1, 0.9, 1.0, 1.05, 0.95])
    corrections = corrections_for(path_of(np.zeros((6, 2)), gains), SIZE, 6)
    assert corrections.evens_light
    assert not corrections.holds_still
    scene = smooth()
    for number, gain in enumerate(gains):
        filmed = np.rint(scene / gain).clip(0, 255).astype(np.uint8)
        held, uncovered = corrections.picture(filmed, number)
        middle = np.rint(scene / 1.0).astype(int)
        assert np.abs(held[scene.max(-1) < 220].astype(int) - middle[scene.max(-1) < 220]).max() < 5
        assert not uncovered.any()


def test_movement_too_large_is_not_corrected():
    assert corrections_for(path_of(shaken(reach=0.06 * 120)), SIZE, 16) is None


def test_movement_that_could_not_be_measured_is_not_corrected():
    path = path_of(shaken(reach=2.0))
    unsure = BackgroundPath(path.maps, path.gains, path.offsets, np.arange(20) % 2 == 0, 0.1)
    assert corrections_for(unsure, SIZE, 16) is None


def test_bared_borders_come_from_the_plate():
    corrections = corrections_for(path_of(shaken(reach=4.0)), SIZE, 20)
    filmed, plate = np.full((120, 160, 3), 90, np.uint8), np.full((120, 160, 3), 200, np.uint8)
    held, uncovered = corrections.picture(filmed, 0)
    filled = filled_from(held, uncovered, plate)
    assert (filled[:, 0] == 200).all()
    assert (filled[40:80, 40:120] == 90).all()
    assert filled_from(filmed, np.zeros((120, 160), np.uint8), plate) is filmed


def test_saved_and_read_again_they_are_the_same(tmp_path):
    corrections = corrections_for(path_of(shaken(), [1.06, 0.95] * 10), SIZE, 16)
    again = Corrections.load(corrections.save(tmp_path / "corrections.npz"), 20, SIZE)
    np.testing.assert_array_equal(again.maps, corrections.maps)
    np.testing.assert_array_equal(again.gains, corrections.gains)
    np.testing.assert_array_equal(again.offsets, corrections.offsets)


def test_a_file_for_another_take_or_no_such_file_is_refused(tmp_path):
    path = corrections_for(path_of(shaken()), SIZE, 16).save(tmp_path / "corrections.npz")
    with pytest.raises(BadInput, match="does not fit 21 frames of 160x120"):
        Corrections.load(path, 21, SIZE)
    path.write_bytes(b"no numbers")
    with pytest.raises(BadInput, match="corrections"):
        Corrections.load(path, 20, SIZE)
