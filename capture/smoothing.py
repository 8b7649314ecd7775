"""Jitter taken out of movements without shifting or flattening a beat.

A zero-phase low-pass parts each path into slow movement and quick detail. Where the detail is no
more than the estimator's noise it is taken out; where it stands out, as in the blow of an arm, it
stays: a Wiener filter whose gain follows the movement. The noise is measured in the path's own
third differences, which movements hardly have. A filter that looked back only would delay beats,
and one low-pass for all would round them.

Conventions: paths (frames, coordinates), evenly spaced, finite.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, sosfiltfilt

_STILL = 0.35  # the low-pass for still joints, as a share of the one for quick ones
_AROUND = 0.08  # seconds over which the strength of detail is judged
_NYQUIST = 0.9  # highest low-pass, as a share of half the frame rate


def smoothed(path: np.ndarray, fps: float, hertz: float) -> np.ndarray:
    """Return a path without jitter.

    Args:
        path: (frames, coordinates) of one joint.
        fps: frames a second.
        hertz: what is quicker than this is jitter; 0 for no smoothing.
    """
    slow = _STILL * hertz
    if hertz <= 0 or len(path) < 16 or slow >= 0.5 * _NYQUIST * fps:
        return path  # nothing that quick can be in so few frames
    quick = path
    if hertz < 0.5 * _NYQUIST * fps:
        quick = _low_passed(path, fps, hertz)
    base = _low_passed(path, fps, slow)
    detail = quick - base
    noise = noise_variance(path) * min(1.0, 2 * (hertz - slow) / fps)  # its share in the band
    strength = gaussian_filter1d((detail**2).mean(axis=1), max(0.5, _AROUND * fps))
    gain = np.clip(1 - 1.5 * noise / np.maximum(strength, 1e-12), 0, 1)
    return base + gain[:, None] * detail


def noise_variance(path: np.ndarray) -> float:
    """Return the variance of white noise in a path (frames, coordinates), robustly.

    The third difference of white noise of variance v has variance 20 v.
    """
    third = np.diff(path, n=3, axis=0)
    return float((np.median(np.abs(third)) / 0.6745) ** 2 / 20) if third.size else 0.0


def _low_passed(path: np.ndarray, fps: float, hertz: float) -> np.ndarray:
    sections = butter(2, hertz, fs=fps, output="sos")
    return np.asarray(sosfiltfilt(sections, path, axis=0, padlen=min(len(path) - 1, 15)))
