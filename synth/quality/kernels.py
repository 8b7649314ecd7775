"""The arithmetic of PSNR, SSIM and MS-SSIM, compiled: one pass over rows that stay in the cache.

A picture is taken as it lies in memory: a row of `width` pixels is a line of `width * channels`
numbers, and the neighbour of a pixel in the same channel is `channels` numbers further. So nothing
is rearranged, and every loop runs along a line, which the compiler turns into vector instructions.
The loops hold no interpreter lock: threads score frames side by side.

Conventions
    Lines are float32; the sums over a picture float64, one for each column, then by channel.
    s = x + y - 255 and d = x - y are whole numbers at the first scale, and exact.
"""

import numpy as np

from stickdance.capture.media.jit import compiled_fast
from stickdance.synth.compute.array_types import Floats, Levels

PEAK = 255.0
C1, C2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
GAUSSIAN_TAPS, UNIFORM_TAPS = 11, 7
_SIGMA = 1.5


def _window() -> Floats:
    at = np.arange(GAUSSIAN_TAPS) - GAUSSIAN_TAPS // 2
    weights = np.exp(-(at**2) / (2 * _SIGMA**2))
    half: Floats = (weights / weights.sum())[GAUSSIAN_TAPS // 2 :].astype(np.float32)
    return half


HALF_WINDOW = _window()
"""The Gaussian's weights from its middle outwards, (6,) float32."""


@compiled_fast
def squared_error(a: Levels, b: Levels) -> int:
    """Return the sum of squared differences of two uint8 pictures (h, w * channels), exactly."""
    total = np.int64(0)
    for y in range(a.shape[0]):
        line_a, line_b = a[y], b[y]
        for x in range(a.shape[1]):
            difference = np.int32(line_a[x]) - np.int32(line_b[x])
            total += np.int64(difference * difference)
    return int(total)


@compiled_fast
def sum_and_difference(a: Levels, b: Levels) -> tuple[Floats, Floats]:
    """Return s and d, float32 (h, w * channels), of two pictures of that shape."""
    s = np.empty(a.shape, np.float32)
    d = np.empty(a.shape, np.float32)
    for y in range(a.shape[0]):
        _sum_and_difference(a[y], b[y], s[y], d[y])
    return s, d


@compiled_fast
def gaussian_sums(
    s: Floats, d: Floats, channels: int, weights: Floats, luminance: bool
) -> tuple[Floats, Floats]:
    """Return the sums of SSIM and of its contrast-structure term under a Gaussian window.

    Args:
        s: float32 (h, w * channels).
        d: likewise.
        channels: numbers a pixel.
        weights: `HALF_WINDOW`.
        luminance: whether the whole SSIM is wanted; else its sums are zeros.

    Returns:
        Two float64 (w * channels,) arrays, the sums of every column over the pixels whose window
        lies inside the picture; the columns beyond (w - 10) * channels are zero.
    """
    height, length = s.shape
    reach = weights.size - 1
    full, structure = np.zeros(length), np.zeros(length)
    columns = np.empty((4, length), np.float32)
    means = np.empty((4, length - 2 * reach * channels), np.float32)
    term = np.empty(means.shape[1], np.float32)
    for y in range(reach, height - reach):
        _weigh(s, d, y, weights, channels, columns, means)
        _structure(means, np.float32(0.5), term)
        _add(term, structure)
        if luminance:
            _add_full(means, term, full)
    return full, structure


@compiled_fast
def gaussian_sums_of(a: Levels, b: Levels, channels: int, weights: Floats) -> Floats:
    """Return the sums of SSIM of `gaussian_sums`, straight from pictures (h, w * channels).

    Sums and differences of no more lines than the window covers are kept, so that they stay in the
    cache.
    """
    height, length = a.shape
    reach = weights.size - 1
    taps = 2 * reach + 1
    full = np.zeros(length)
    s, d = np.empty((taps, length), np.float32), np.empty((taps, length), np.float32)
    columns = np.empty((4, length), np.float32)
    means = np.empty((4, length - 2 * reach * channels), np.float32)
    term = np.empty(means.shape[1], np.float32)
    for y in range(height):
        _sum_and_difference(a[y], b[y], s[y % taps], d[y % taps])
        if y >= taps - 1:
            _weigh(s, d, y - reach, weights, channels, columns, means)
            _structure(means, np.float32(0.5), term)
            _add_full(means, term, full)
    return full


@compiled_fast
def uniform_sums(s: Floats, d: Floats, channels: int) -> Floats:
    """Return the sums of SSIM under a uniform window of 7 x 7 with sample statistics.

    The sums of s, d and their squares run down the columns, each line added as another leaves; they
    are whole numbers below 2^24 for 8-bit pictures, and exact.

    Args and the result are as in `gaussian_sums`.
    """
    height, length = s.shape
    taps = 7
    count, one = np.float32(taps * taps), np.float32(1)
    inside = length - (taps - 1) * channels
    full = np.zeros(length)
    columns = np.zeros((4, length), np.float32)
    means, term = np.empty((4, inside), np.float32), np.empty(inside, np.float32)
    for y in range(height):
        leaving = y - taps
        _roll(s[y], d[y], s[max(leaving, 0)], d[max(leaving, 0)], leaving >= 0, columns)
        if y >= taps - 1:
            for kind in range(4):
                _across_evenly(columns[kind], channels, one / count, means[kind])
            _structure(means, np.float32(0.5) * count / (count - one), term)
            _add_full(means, term, full)
    return full


@compiled_fast
def halved(lines: Floats, channels: int, border: float) -> Floats:
    """Return the means of 2 x 2 pixels; an odd side first gets a line of `border` before it.

    Args:
        lines: float32 (h, w * channels).
        channels: numbers a pixel.
        border: what an added line holds.
    """
    height, width = lines.shape[0], lines.shape[1] // channels
    first_row, first_column = height % 2, width % 2
    out = np.empty(((height + 1) // 2, (width + 1) // 2 * channels), np.float32)
    outside = np.full(lines.shape[1], border, np.float32)
    quarter = np.float32(0.25)
    for y in range(out.shape[0]):
        top = 2 * y - first_row
        upper = lines[top] if top >= 0 else outside
        lower = lines[top + 1]
        line = out[y]
        for x in range(first_column, out.shape[1] // channels):
            left = (2 * x - first_column) * channels
            for channel in range(channels):
                near, far = left + channel, left + channel + channels
                line[x * channels + channel] = quarter * (
                    (upper[near] + upper[far]) + (lower[near] + lower[far])
                )
        if first_column:
            for channel in range(channels):
                line[channel] = quarter * (
                    np.float32(2 * border) + (upper[channel] + lower[channel])
                )
    return out


@compiled_fast
def _sum_and_difference(a: Levels, b: Levels, s: Floats, d: Floats) -> None:
    for x in range(a.size):
        first, second = np.float32(a[x]), np.float32(b[x])
        s[x] = first + second - np.float32(255)
        d[x] = first - second


@compiled_fast
def _weigh(
    s: Floats, d: Floats, y: int, weights: Floats, channels: int, columns: Floats, means: Floats
) -> None:
    """Write into `means` those of s, d and their squares under the windows around row `y`."""
    _down(s, d, y, weights, columns)
    for kind in range(4):
        _across(columns[kind], weights, channels, means[kind])


@compiled_fast
def _down(s: Floats, d: Floats, y: int, weights: Floats, columns: Floats) -> None:
    """Weigh s, d and their squares down the window's columns around row `y`.

    Rows are counted around: of pictures of which only the window's lines are kept.
    """
    rows = s.shape[0]
    mean_s, mean_d, square_s, square_d = columns[0], columns[1], columns[2], columns[3]
    middle_s, middle_d, weight = s[y % rows], d[y % rows], weights[0]
    for x in range(mean_s.size):
        weighted_s, weighted_d = weight * middle_s[x], weight * middle_d[x]
        mean_s[x], mean_d[x] = weighted_s, weighted_d
        square_s[x], square_d[x] = weighted_s * middle_s[x], weighted_d * middle_d[x]
    for k in range(1, weights.size):
        weight = weights[k]
        above_row, below_row = (y - k) % rows, (y + k) % rows
        upper_s, lower_s, upper_d, lower_d = s[above_row], s[below_row], d[above_row], d[below_row]
        for x in range(mean_s.size):
            above, below = upper_s[x], lower_s[x]
            mean_s[x] += weight * (above + below)
            square_s[x] += weight * (above * above + below * below)
            above, below = upper_d[x], lower_d[x]
            mean_d[x] += weight * (above + below)
            square_d[x] += weight * (above * above + below * below)


@compiled_fast
def _across(line: Floats, weights: Floats, channels: int, out: Floats) -> None:
    """Weigh a line along the window's rows into `out`, which begins where the window fits."""
    w0, w1, w2, w3, w4, w5 = weights
    size = out.size
    a0, b0 = line[:size], line[10 * channels : 10 * channels + size]
    a1, b1 = line[channels : channels + size], line[9 * channels : 9 * channels + size]
    a2, b2 = line[2 * channels : 2 * channels + size], line[8 * channels : 8 * channels + size]
    a3, b3 = line[3 * channels : 3 * channels + size], line[7 * channels : 7 * channels + size]
    a4, b4 = line[4 * channels : 4 * channels + size], line[6 * channels : 6 * channels + size]
    middle = line[5 * channels : 5 * channels + size]
    for x in range(size):
        out[x] = (
            w0 * middle[x]
            + w1 * (a4[x] + b4[x])
            + w2 * (a3[x] + b3[x])
            + w3 * (a2[x] + b2[x])
            + w4 * (a1[x] + b1[x])
            + w5 * (a0[x] + b0[x])
        )


@compiled_fast
def _across_evenly(line: Floats, channels: int, scale: np.float32, out: Floats) -> None:
    """Add up seven neighbours along a line, times `scale`."""
    size = out.size
    a, b, c = line[:size], line[channels : channels + size], line[2 * channels :]
    e, f, g, h = (
        line[3 * channels :],
        line[4 * channels :],
        line[5 * channels :],
        line[6 * channels :],
    )
    for x in range(size):
        out[x] = (a[x] + b[x] + c[x] + e[x] + f[x] + g[x] + h[x]) * scale


@compiled_fast
def _roll(
    entering_s: Floats,
    entering_d: Floats,
    leaving_s: Floats,
    leaving_d: Floats,
    leaves: bool,
    columns: Floats,
) -> None:
    """Move the columns' sums of s, d, s^2 and d^2 down by a line."""
    sum_s, sum_d, sum_ss, sum_dd = columns[0], columns[1], columns[2], columns[3]
    for x in range(entering_s.size):
        s, d = entering_s[x], entering_d[x]
        sum_s[x] += s
        sum_d[x] += d
        sum_ss[x] += s * s
        sum_dd[x] += d * d
    if leaves:
        for x in range(entering_s.size):
            s, d = leaving_s[x], leaving_d[x]
            sum_s[x] -= s
            sum_d[x] -= d
            sum_ss[x] -= s * s
            sum_dd[x] -= d * d


@compiled_fast
def _structure(means: Floats, correction: np.float32, term: Floats) -> None:
    """Write a line's contrast-structure term; variances are times 2 `correction`."""
    mean_s, mean_d, square_s, square_d = means[0], means[1], means[2], means[3]
    c2 = np.float32(C2)
    for x in range(term.size):
        variance_s = (square_s[x] - mean_s[x] * mean_s[x]) * correction
        variance_d = (square_d[x] - mean_d[x] * mean_d[x]) * correction
        term[x] = (variance_s - variance_d + c2) / (variance_s + variance_d + c2)


@compiled_fast
def _add(term: Floats, total: Floats) -> None:
    for x in range(term.size):
        total[x] += np.float64(term[x])


@compiled_fast
def _add_full(means: Floats, term: Floats, full: Floats) -> None:
    """Add a line's SSIM: its luminance times its contrast-structure term."""
    mean_s, mean_d = means[0], means[1]
    c1, half, peak = np.float32(C1), np.float32(0.5), np.float32(PEAK)
    for x in range(term.size):
        s, d = mean_s[x] + peak, mean_d[x]
        level_s, level_d = half * s * s, half * d * d
        light = (level_s - level_d + c1) / (level_s + level_d + c1)
        full[x] += np.float64(light * term[x])
