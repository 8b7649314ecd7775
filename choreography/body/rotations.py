"""Rotations of the dancing body: turn about the vertical, lean to the left, bend forward.

Conventions: degrees; x is the dancer's left, y up, z forward; (frames, 3, 3) matrices.
"""

import numpy as np


def about_vertical(turn: np.ndarray) -> np.ndarray:
    """Return the matrices (frames, 3, 3) that turn the front (z) towards the left (x)."""
    sine, cosine = np.sin(np.radians(turn)), np.cos(np.radians(turn))
    out = np.zeros((*np.shape(turn), 3, 3))
    out[..., 0, 0] = out[..., 2, 2] = cosine
    out[..., 0, 2], out[..., 2, 0] = sine, -sine
    out[..., 1, 1] = 1
    return out


def rotation(turn: np.ndarray, lean: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Return matrices (frames, 3, 3): bend forward first, then lean left, then turn left."""
    return about_vertical(turn) @ _leaning(lean) @ _bending(bend)


def spine_direction(lean: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Return (frames, 3): the upward direction after bending forward and leaning left."""
    lean, bend = np.radians(lean), np.radians(bend)
    return np.stack(
        [np.sin(lean) * np.cos(bend), np.cos(lean) * np.cos(bend), np.sin(bend)], axis=-1
    )


def rotated(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return vectors (frames, 3), each turned by its own matrix."""
    return (matrices @ vectors[..., None])[..., 0]


def _leaning(lean: np.ndarray) -> np.ndarray:
    sine, cosine = np.sin(np.radians(lean)), np.cos(np.radians(lean))
    out = np.zeros((*np.shape(lean), 3, 3))
    out[..., 0, 0] = out[..., 1, 1] = cosine
    out[..., 0, 1], out[..., 1, 0] = sine, -sine
    out[..., 2, 2] = 1
    return out


def _bending(bend: np.ndarray) -> np.ndarray:
    sine, cosine = np.sin(np.radians(bend)), np.cos(np.radians(bend))
    out = np.zeros((*np.shape(bend), 3, 3))
    out[..., 1, 1] = out[..., 2, 2] = cosine
    out[..., 1, 2], out[..., 2, 1] = -sine, sine
    out[..., 0, 0] = 1
    return out
