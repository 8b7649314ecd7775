"""What one step of learning a genre does: windows drawn evenly from all genres, cross-entropy.

Half of the windows are seen in a mirror, and each as if somebody of another build danced it: with
few dancers, genres are else told by who dances. Adam; the rate falls to nothing as a half cosine
over the budget.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from stickdance.choreography.learned.genre.evaluate import evaluate
from stickdance.choreography.learned.genre.features import SeenItem
from stickdance.choreography.learned.genre.network import GenreNetwork
from stickdance.choreography.learned.genre.options import Configuration
from stickdance.choreography.learned.genre.picture_columns import COLUMNS as PICTURE_COLUMNS
from stickdance.choreography.learned.genre.pose_columns import COLUMNS as POSE_COLUMNS
from stickdance.choreography.learned.genre.pose_columns import joint_columns, mirrored_columns
from stickdance.choreography.learned.learning import Learner, cooled
from stickdance.choreography.one_thread import one_thread

_BUILDS = 0.08  # deviation of the logarithm by which a joint lies farther from the hips


class GenreLearner(Learner):
    """Network, optimiser and windows (see `learning.Learner`)."""

    def __init__(
        self,
        fit: Sequence[SeenItem],
        validation: Sequence[SeenItem],
        genres: Sequence[str],
        configuration: Configuration,
        frames: int,
        seed: int,
    ) -> None:
        self.fit, self.validation, self.genres = fit, validation, list(genres)
        self.configuration, self.frames, self.seed = configuration, frames, seed
        columns = fit[0].columns.shape[1]
        self.network = GenreNetwork(configuration, columns, len(genres))
        optimiser = torch.optim.Adam(self.network.parameters(), configuration.rate)
        self.parts = {"network": (self.network, optimiser)}
        self._by_genre = [[one for one in fit if one.item.genre == genre] for genre in genres]

    def step(self, number: int, share: float) -> dict[str, float]:
        """Learn from windows of all genres."""
        windows, wanted = self._drawn(number)
        self.network.train()
        with one_thread():
            loss = functional.cross_entropy(self.network(windows), wanted)
            self.descend("network", loss, cooled(self.configuration.rate, share, last=0.0))
        return {"cross_entropy": float(loss.detach())}

    def validate(self) -> dict[str, float]:
        """Return the accuracy on songs that nothing is learnt from, by windows and by dances."""
        # Windows that overlap say more of few songs than windows side by side.
        shift = max(1, self.frames // 3)
        scores = evaluate(self.network, self.validation, self.genres, self.frames, shift)
        return {
            "validation_windows": scores["accuracy"]["windows"],
            "validation_dances": scores["accuracy"]["dances"],
            "validation_cross_entropy": scores["cross_entropy"],
        }

    def _drawn(self, number: int) -> tuple[Tensor, Tensor]:
        draw = np.random.default_rng((self.seed, number))
        wanted = draw.integers(len(self.genres), size=self.configuration.batch)
        windows = []
        for genre in wanted:
            candidates = self._by_genre[genre]
            lengths = np.array([len(one.columns) for one in candidates], float)
            columns = candidates[draw.choice(len(candidates), p=lengths / lengths.sum())].columns
            start = int(draw.integers(len(columns) - self.frames + 1))
            window = columns[start : start + self.frames]
            window = in_a_mirror(window) if draw.random() < 0.5 else window
            windows.append(of_another_build(window, draw))
        return torch.from_numpy(np.stack(windows)), torch.from_numpy(wanted)


def of_another_build(window: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Return a window (frames, columns) whose joints lie and move farther from the hips, or nearer.

    Each joint by a number of its own; features of pictures stay.
    """
    if not _shows_poses(window):
        return window
    joints = joint_columns()
    sizes = np.exp(draw.normal(0, _BUILDS, joints.max() + 1)).astype(np.float32)
    factors = np.ones(window.shape[1], np.float32)
    factors[: len(joints)] = np.where(joints < 0, 1, sizes[joints])
    return window * factors


def in_a_mirror(window: np.ndarray) -> np.ndarray:
    """Return a window (frames, columns) of the mirrored dance; features of pictures stay."""
    if not _shows_poses(window):
        return window
    order, signs = mirrored_columns()
    poses = window[:, order] * signs
    return np.concatenate([poses, window[:, POSE_COLUMNS:]], axis=1)


def _shows_poses(window: np.ndarray) -> bool:
    return window.shape[1] in (POSE_COLUMNS, POSE_COLUMNS + PICTURE_COLUMNS)
