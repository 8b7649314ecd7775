"""Silhouettes as an auto-encoder's vectors, a few pictures at once."""

import numpy as np
import torch
from torch import Tensor

from stickdance.choreography.learned.silhouettes.auto_encoder import SilhouetteAutoEncoder

_AT_ONCE = 256  # pictures that are encoded together
_LEAST_SPREAD = 0.02  # of vectors between -1 and 1: what hardly varies is not blown up


def as_shares(pictures: np.ndarray) -> Tensor:
    """Return uint8 silhouettes as float32, 0..1."""
    return torch.from_numpy(pictures).float() / 255


@torch.no_grad()
def encoded(auto_encoder: SilhouetteAutoEncoder, pictures: np.ndarray) -> Tensor:
    """Return the vectors (pictures, 128) of uint8 silhouettes, without learning from them."""
    was_training = auto_encoder.training
    auto_encoder.eval()
    parts = [pictures[start : start + _AT_ONCE] for start in range(0, len(pictures), _AT_ONCE)]
    vectors = torch.cat([auto_encoder.encode(as_shares(part)) for part in parts])
    auto_encoder.train(was_training)
    return vectors


def standards(vectors: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and spread (128,) of vectors."""
    return vectors.mean(dim=0), vectors.std(dim=0).clamp_min(_LEAST_SPREAD)
