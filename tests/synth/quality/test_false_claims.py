"""What sets two sides apart in no such way, and must not be claimed; and what must be in spite."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from stickdance.synth.quality.mismatch.alignment import Alignment, find_alignment
from stickdance.synth.quality.mismatch.colours import find_colour_error
from stickdance.synth.quality.mismatch.findings import lag_told
from stickdance.synth.quality.mismatch.framing import framing_lines
from stickdance.synth.quality.mismatch.small_pictures import SmallPictures, luma_thumbnail

ROOM = cv2.resize(np.random.default_rng(5).integers(30, 226, (7, 10), np.uint8), (96, 54))


def film(times, period=None) -> np.ndarray:
    """A disc that wanders, or one that comes back to its place: uint8 (n, 54, 96)."""
    frames = []
    for time in times:
        across, down = (0.31, 0.43) if period is None else (2 * np.pi / period,) * 2
        at = 48 + 24 * np.sin(across * time), 27 + 9 * np.cos(down * time)
        picture = ROOM.copy()
        cv2.circle(picture, (int(16 * at[0]), int(16 * at[1])), 16 * 9, 240, -1, 16, 4)
        frames.append(picture)
    noise = np.random.default_rng(len(frames)).normal(0, 2, (len(frames), 54, 96))
    return np.clip(np.stack(frames) + noise, 0, 255).astype(np.uint8)


def small(real, rendered) -> SmallPictures:
    kept = SmallPictures()
    for number, pair in enumerate(zip(real, rendered, strict=True)):
        kept.add((number, number), tuple(map(luma_thumbnail, pair)), pair)
    return kept


@pytest.mark.parametrize("period", [30, 34, 48])
def test_movement_half_a_period_off_is_no_other_rate(period):
    times = np.arange(120)
    assert find_alignment(small(film(times, period), film(times + period / 2, period))) is None


def test_movement_that_repeats_itself_soon_may_lag_or_run_ahead():
    times = np.arange(80)
    found = find_alignment(small(film(times, 16), film(times + 8, 16)))
    assert abs(found.offset) == 8
    assert "by as many: the movement repeats itself" in lag_told(found)
    assert find_alignment(small(film(times, 16), film(times - 3, 16))) == Alignment(3)


@pytest.mark.parametrize("lag", [0, 4])
@pytest.mark.parametrize("fade", ["in", "out", "pulse"])
def test_a_fade_says_nothing_of_time_and_hides_no_lag(fade, lag):
    times = np.arange(100)
    lights = {"in": np.linspace(0, 1, 100), "out": np.linspace(1, 0, 100)}
    light = lights.get(fade, 1 - 0.3 * np.sin(times * 0.2) ** 2)
    rendered = (film(times - lag) * light[:, None, None]).astype(np.uint8)
    found = find_alignment(small(film(times), rendered))
    assert found == (Alignment(lag) if lag else None)


@pytest.mark.parametrize("to", [0, 255])
@pytest.mark.parametrize("fade", ["in", "out", "part"])
def test_a_fade_is_called_light_that_changes_and_no_other_contrast(fade, to):
    lights = {"in": np.linspace(0, 1, 100), "out": np.linspace(1, 0, 100)}
    light = lights.get(fade, np.linspace(1, 0, 100) ** 0.1)[:, None, None]
    real = film(np.arange(100))
    faded = (real * light + to * (1 - light)).astype(np.uint8)
    name, told = find_colour_error(small(real, faded).samples)
    assert name == "changing light"
    assert "over time: a fade" in told


def test_one_other_light_throughout_is_no_fade_nor_is_a_worse_picture():
    real = film(np.arange(100))
    name, _ = find_colour_error(small(real, (real * 0.6 + 20).astype(np.uint8)).samples)
    assert name == "gain and offset"
    noise = np.random.default_rng(3).normal(0, 25, real.shape)
    blurred = np.stack([cv2.GaussianBlur(frame, (0, 0), 4) for frame in real])
    for worse in (real + noise, blurred, film(np.arange(100) + 7)):
        found = find_colour_error(small(real, np.clip(worse, 0, 255).astype(np.uint8)).samples)
        assert found is None or found[0] == "gain and offset"


@pytest.mark.parametrize("lag", [1, 2, 3, -3])
def test_eight_frames_are_enough_for_the_right_lag(lag):
    times = np.arange(8) * 1.0
    assert find_alignment(small(film(times), film(times - lag))) == Alignment(lag)


def test_a_rate_is_still_told():
    times = np.arange(120)
    found = find_alignment(small(film(times), film(times * 0.5)))
    assert found.rate == Fraction(2)


def figure(level: int, count: int = 12) -> list[np.ndarray]:
    """A figure that moves in a dark room of one level: uint8 (180, 320, 3)."""
    frames = []
    for number in range(count):
        picture = np.full((180, 320, 3), level, np.uint8)
        cv2.ellipse(
            picture, (160 + 3 * number, 95 + number), (25, 60), 0, 0, 360, (200, 150, 90), -1
        )
        frames.append(picture)
    return frames


def test_a_figure_in_a_dark_room_has_no_black_bars():
    for levels in ((30, 5), (5, 30), (5, 5)):
        lines = framing_lines(small(*map(figure, levels)).samples)
        assert not any("bars" in line for line in lines)


def test_bars_around_a_dark_room_are_told():
    barred = figure(30)
    for picture in barred:
        picture[:20] = picture[-20:] = 0
    (line,) = framing_lines(small(figure(30), barred).samples)
    assert "black bars (20 rows at the top and 20 at the bottom)" in line
