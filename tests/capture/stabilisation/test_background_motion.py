import cv2
import numpy as np
import pytest

from stickdance.capture.stabilisation.background_motion import (
    BackgroundTracker,
    background_of,
    grid_displacements,
)

SIZE = (320, 240)


def room(seed=0):
    chance = np.random.default_rng(seed)
    coarse = chance.integers(40, 200, (24, 40, 3), np.uint8)
    return cv2.resize(coarse, (640, 480), interpolation=cv2.INTER_CUBIC)


def seen_by(camera, picture, gain=1.0, offset=0.0):
    """What a camera sees whose frames `camera` (2, 3) maps into the room's middle."""
    to_room = camera.copy()
    to_room[:, 2] += (160 - 0.5, 120 - 0.5) + to_room[:, :2] @ (0.5, 0.5)
    view = cv2.warpAffine(picture, to_room, SIZE, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    return np.rint(view * gain + offset).clip(0, 255).astype(np.uint8)


def turned(degrees=0.0, scale=1.0, shift=(0.0, 0.0)):
    angle = np.deg2rad(degrees)
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array(SIZE) / 2
    return np.column_stack([linear, middle - linear @ middle + shift])


def tracked(frames, masks=None):
    tracker = BackgroundTracker()
    for number, frame in enumerate(frames):
        tracker(frame, np.zeros(frame.shape[:2], np.uint8) if masks is None else masks[number])
    return tracker.path


def off_by(found, true):
    """Root mean square distance in pixels over the picture of where two maps take its points."""
    corners = np.array([[0, 0, 1], [320, 0, 1], [0, 240, 1], [320, 240, 1]]).T
    return np.sqrt((((found - true) @ corners) ** 2).sum(0).mean())


def test_a_tripod_is_told_from_noise():
    chance = np.random.default_rng(1)
    still = seen_by(turned(), room()).astype(float)
    frames = [
        (still + chance.normal(0, 3, still.shape)).clip(0, 255).astype(np.uint8) for _ in range(12)
    ]
    path = tracked(frames)
    assert grid_displacements(path.maps, SIZE).max() < 0.12
    assert np.abs(path.gains - 1).max() < 0.01


def test_shift_turn_and_size_are_found_to_a_fraction_of_a_pixel():
    cameras = [turned(), turned(0.4, 1.01, (3.3, -2.6)), turned(-0.7, 0.985, (-5.2, 4.7))]
    path = tracked([seen_by(camera, room()) for camera in cameras])
    for found, camera in zip(path.maps, cameras, strict=True):
        assert off_by(found, camera) < 0.15
    assert path.sure.all()
    assert path.residual < 0.25


def test_a_change_of_exposure_is_measured_and_is_no_movement():
    lights = [(1.0, 0.0), (0.88, 0.0), (1.1, 0.0), (0.95, 8.0)]
    frames = [seen_by(turned(), room(), gain, offset) for gain, offset in lights]
    path = tracked(frames)
    assert grid_displacements(path.maps, SIZE).max() < 0.2
    for (gain, offset), found, shift in zip(lights, path.gains, path.offsets, strict=True):
        for level in (60, 128, 190):
            back = found * (gain * level + offset) + shift
            np.testing.assert_allclose(back, level, atol=4)


def test_shaking_and_flicker_together_are_both_found():
    camera = turned(0.5, 1.0, (4.1, -3.4))
    path = tracked([seen_by(turned(), room()), seen_by(camera, room(), 0.9)])
    assert off_by(path.maps[1], camera) < 0.15
    for level in (60, 128, 190):
        np.testing.assert_allclose(path.gains[1] * 0.9 * level + path.offsets[1], level, atol=4)


def test_a_person_who_moves_is_not_the_camera():
    frames, masks = [], []
    for number in range(8):
        frame = seen_by(turned(), room())
        mask = np.zeros(frame.shape[:2], np.uint8)
        left = 60 + 10 * number
        frame[40:220, left : left + 90] = seen_by(turned(), room(9))[40:220, 100:190]
        mask[40:220, left : left + 90] = 255
        frames.append(frame)
        masks.append(mask)
    assert grid_displacements(tracked(frames, masks).maps, SIZE).max() < 0.1


def test_a_pan_is_followed_beyond_the_first_view():
    """The last frame shows nothing of what the first one did in its left three quarters."""
    shifts = np.linspace(0, 160, 41)
    cameras = [turned(shift=(shift, 0.0)) for shift in shifts]
    path = tracked([seen_by(camera, room()) for camera in cameras])
    assert path.maps[-1, 0, 2] == pytest.approx(160, abs=1.0)


def test_a_blank_wall_tells_nothing_and_says_so():
    path = tracked([np.full((240, 320, 3), 200, np.uint8)] * 4)
    assert path.sure.tolist() == [True, False, False, False]
    np.testing.assert_array_equal(path.maps, np.tile(np.eye(2, 3), (4, 1, 1)))


def test_the_background_keeps_its_distance_from_the_person():
    mask = np.zeros((240, 320), np.uint8)
    mask[100:140, 150:170] = 255
    free = background_of(mask)
    assert not free[95:145, 146:174].any()
    assert free[:60].all()
    assert free.mean() > 220
