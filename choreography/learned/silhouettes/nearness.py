"""Whether near vectors decode to near pictures: or codes are merely memorised.

Three looks at held-out silhouettes: do vectors of pictures that are far apart lie far apart (rank
correlation); how far does a picture change when its vector is moved a little, as a share of how far
random pictures are apart; and on the way from one vector to another, how large is the largest of
eight steps of the picture (an eighth of the whole way, were they even).
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from stickdance.choreography.learned.silhouettes.model import SilhouetteModel

STEPS = 8
_PAIRS = 200
_MOVED = 0.1  # of the usual distance of two vectors
_ROWS = 5  # ways that are drawn
_GAP, _SCALE = 2, 2  # pixels between pictures; how often each is drawn larger


def nearness(model: SilhouetteModel, pictures: np.ndarray, seed: int = 0) -> dict[str, Any]:
    """Return how near vectors and near pictures go together.

    Args:
        model: that has learnt.
        pictures: uint8 (pictures, 54, 96).
        seed: of the pairs and directions.

    Returns:
        rank_correlation, moved_vector, moved_picture, largest_step, even_step.
    """
    from scipy.stats import spearmanr

    random = np.random.default_rng(seed)
    first, second = _pairs(len(pictures), random)
    vectors = model.vectors(pictures)
    far_vectors = (vectors[first] - vectors[second]).norm(dim=1)
    far = _far(pictures[first], pictures[second])
    push = torch.from_numpy(random.standard_normal((len(first), vectors.shape[1]), np.float32))
    push *= _MOVED * float(far_vectors.mean()) / push.norm(dim=1, keepdim=True)
    back = model.pictures(vectors[first])
    moved = _far(model.pictures(vectors[first] + push), back)
    steps = _steps(model, vectors[first], vectors[second])
    return {
        "rank_correlation": float(spearmanr(far_vectors.numpy(), far).statistic),
        "moved_vector": _MOVED,
        "moved_picture": float(moved.mean() / far.mean()),
        "largest_step": float(np.median(steps)),
        "even_step": 1 / STEPS,
    }


def draw_ways(model: SilhouetteModel, pictures: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return a picture uint8 (h, w, 3): each row goes in even steps from one vector to another.

    At both ends stand the real silhouettes.
    """
    random = np.random.default_rng(seed)
    first, second = (places[:_ROWS] for places in _pairs(len(pictures), random))
    vectors = model.vectors(pictures)
    rows = []
    for a, b in zip(first, second, strict=True):
        between = model.pictures(_way(vectors[[a]], vectors[[b]]))
        row = [pictures[a], *between, pictures[b]]
        rows.append(np.concatenate([np.pad(one, _GAP, constant_values=90) for one in row], axis=1))
    sheet = np.concatenate(rows, axis=0).repeat(_SCALE, axis=0).repeat(_SCALE, axis=1)
    return np.repeat(sheet[..., None], 3, axis=2)


def _pairs(count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    first = random.integers(count, size=_PAIRS)
    return first, (first + random.integers(1, count, size=_PAIRS)) % count


def _far(pictures: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the root mean squared differences (pictures,), 0..1."""
    apart = (pictures.astype(np.float32) - others.astype(np.float32)) / 255
    return np.sqrt(np.square(apart).mean(axis=(1, 2)))


def _way(ones: Tensor, others: Tensor) -> Tensor:
    """Return the vectors (9 * pairs, 128) on the ways from ones to others, way after way."""
    shares = torch.linspace(0, 1, STEPS + 1)[:, None]
    return (ones[:, None] * (1 - shares) + others[:, None] * shares).flatten(0, 1)


def _steps(model: SilhouetteModel, ones: Tensor, others: Tensor) -> np.ndarray:
    """Return for each way its largest step as a share of all its steps together."""
    ways = model.pictures(_way(ones, others))
    steps = _far(ways[1:], ways[:-1])
    steps = np.append(steps, 0).reshape(len(ones), STEPS + 1)[:, :STEPS]  # not from way to way
    return steps.max(axis=1) / np.maximum(steps.sum(axis=1), 1e-9)
