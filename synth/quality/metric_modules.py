"""The scores as torchmetrics' `Metric`: `update`, `compute`, `reset`, and sums over processes.

    from torchmetrics import MetricCollection
    from stickdance.synth.quality.metric_modules import FrameScore

    scores = MetricCollection({name: FrameScore(name) for name in ("psnr", "ssim_gaussian")})
    scores.update(rendered, real)      # tensors (n, 3, h, w), uint8 or 0..1
    scores.compute()                   # {"psnr": tensor(...), "ssim_gaussian": tensor(...)}

Needs torchmetrics: `pip install torchmetrics`.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.synth.quality import functional

try:
    from torchmetrics import Metric
except ImportError as error:
    raise MissingDependency("torchmetrics is not installed; pip install torchmetrics") from error

SCORES: dict[str, Callable[..., float]] = {
    "mse": functional.mse,
    "psnr": functional.psnr,
    "ssim_gaussian": partial(functional.ssim, definition="gaussian"),
    "ssim_skimage": partial(functional.ssim, definition="skimage"),
    "ssim_luma": partial(functional.ssim, definition="luma"),
    "ms_ssim": functional.ms_ssim,
    "lpips": functional.lpips,
}
"""What a `FrameScore` can be."""
_LOWER_IS_BETTER = ("mse", "lpips")


class FrameScore(Metric):
    """The mean of one score over all pairs seen."""

    full_state_update = False
    is_differentiable = False
    total: Tensor
    pairs: Tensor

    def __init__(self, name: str, data_range: float | None = None, **settings: object) -> None:
        """Begin with no pairs.

        Args:
            name: one of `SCORES`.
            data_range: the peak of the values, if not 1 for floats and 255 for whole numbers.
            settings: those of `torchmetrics.Metric`.

        Raises:
            BadInput: no such score.
        """
        super().__init__(**settings)
        if name not in SCORES:
            raise BadInput(f"score {name!r} is unknown; known: {', '.join(SCORES)}")
        self._name, self._score, self._data_range = name, SCORES[name], data_range
        self.add_state("total", torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")
        self.add_state("pairs", torch.zeros((), dtype=torch.int64), dist_reduce_fx="sum")

    @property
    def higher_is_better(self) -> bool:  # type: ignore[override]
        """Return whether alike pictures score more than others."""
        return self._name not in _LOWER_IS_BETTER

    def update(self, rendered: Tensor, real: Tensor) -> None:
        """Count pairs of pictures (n, 3, h, w) or (3, h, w).

        Raises:
            BadInput: shapes or values do not fit.
        """
        count = len(real) if real.ndim == 4 else 1
        self.total += count * self._score(real, rendered, data_range=self._data_range)
        self.pairs += count

    def compute(self) -> Tensor:
        """Return the mean as a scalar; NaN before the first pair."""
        return (self.total / self.pairs).float()
