"""Jitter taken out of movements without shifting or flattening a beat.

Zero-phase low-passes part each path into slow movement, quick detail and very quick detail. Where
detail is no more than the estimator's noise it is taken out; where it stands out, as in the blow
of an arm, it stays: a Wiener filter whose gain follows the movement. The noise is measured in the
path's own third differences, which movements hardly have. A filter that looked back only would
delay beats, and one low-pass for all would round them.

Conventions: paths (frames, coordinates), evenly spaced, finite.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, sosfiltfilt

_STILL = 0.35  # the low-pass for still joints, as a share of the one for quick ones
_AROUND = 0.08  # seconds over which the strength of detail is judged
_STRICT = 1.5  # times the noise's strength that detail must exceed to stay
_OF_NORMAL = 0.4538  # the 35th percentile of the size of a standard normal variable
_NYQUIST = 0.9  # highest low-pass, as a share of half the frame rate


def smoothed(path: np.ndarray, fps: float, hertz: float) -> np.ndarray:
    """Return a path without jitter.

    Args:
        path: (frames, coordinates) of one joint.
        fps: frames a second.
        hertz: what is quicker than this is jitter; 0 for no smoothing.
    """
    edges = [edge for edge in (_STILL * hertz, hertz) if edge < 0.5 * _NYQUIST * fps]
    if hertz <= 0 or len(path) < 16 or not edges:
        return path  # nothing that quick can be in so few frames
    noise = noise_variance(path)
    layers = [_low_passed(path, fps, edge) for edge in edges] + [path]
    result = layers[0]
    for number, edge in enumerate(edges):
        detail = layers[number + 1] - layers[number]
        upper = edges[number + 1] if number + 1 < len(edges) else fps / 2
        own_noise = noise * (upper - edge) / (fps / 2)
        strength = gaussian_filter1d((detail**2).mean(axis=1), max(0.7, _AROUND * fps))
        gain = np.clip(1 - _STRICT * own_noise / np.maximum(strength, 1e-12), 0, 1)
        result = result + gain[:, None] * detail
    return result


def noise_variance(path: np.ndarray) -> float:
    """Return the variance of white noise in a path (frames, coordinates), robustly.

    The third difference of white noise of variance v has variance 20 v. A low percentile of its
    size is taken, which quick movement in more than half of the frames does not raise.
    """
    third = np.abs(np.diff(path, n=3, axis=0))
    if not third.size:
        return 0.0
    return float((np.percentile(third, 35.0) / _OF_NORMAL) ** 2 / 20)


def _low_passed(path: np.ndarray, fps: float, hertz: float) -> np.ndarray:
    sections = butter(2, hertz, fs=fps, output="sos")
    return np.asarray(sosfiltfilt(sections, path, axis=0, padlen=min(len(path) - 1, 15)))
