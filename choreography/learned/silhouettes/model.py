"""A model of silhouettes as it lies on the disk, opened again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.networks import tensors_under
from stickdance.choreography.learned.learning import reading_options
from stickdance.choreography.learned.silhouettes.auto_encoder import SilhouetteAutoEncoder, encoded
from stickdance.choreography.learned.silhouettes.dynamics import FeedForward, SilhouetteLstm

KIND = "silhouettes"


@dataclass(frozen=True)
class SilhouetteModel:
    """Networks that have learnt."""

    auto_encoder: SilhouetteAutoEncoder
    lstm: SilhouetteLstm
    feed_forward: FeedForward
    mean: Tensor
    """(128,) of the vectors learnt from."""
    spread: Tensor
    surprises: Tensor
    """(surprises, 128) how far real vectors lay from those that the LSTM told."""
    starts: Tensor
    """(starts, frames, 128) standardised vectors of real dance, to begin free runs with."""
    fps: float

    def vectors(self, pictures: np.ndarray) -> Tensor:
        """Return the standardised vectors (pictures, 128) of uint8 silhouettes."""
        return (encoded(self.auto_encoder, pictures) - self.mean) / self.spread

    @torch.inference_mode()
    def pictures(self, vectors: Tensor) -> np.ndarray:
        """Return uint8 silhouettes (pictures, 54, 96) of standardised vectors (pictures, 128)."""
        shares = self.auto_encoder.decode(vectors * self.spread + self.mean)
        return (255 * shares).round().to(torch.uint8).numpy()

    @torch.inference_mode()
    def dance(
        self, seen: Tensor, frames: int, surprises: float = 1.0, seed: int = 0
    ) -> Iterator[np.ndarray]:
        """Yield silhouettes uint8 (bodies, 54, 96) of the LSTM, each from those before it.

        Args:
            seen: standardised vectors (bodies, frames, 128) that go before.
            frames: how many.
            surprises: how much chance there is, 1 as much as in real dance, 0 none.
            seed: of the surprises.
        """
        random = np.random.default_rng(seed)

        def surprise() -> Tensor:
            return surprises * self.surprises[random.integers(len(self.surprises), size=len(seen))]

        for vectors in self.lstm.free_run(seen, frames, surprise if surprises > 0 else None):
            yield self.pictures(vectors)

    @torch.inference_mode()
    def baseline(self, seen: Tensor, frames: int) -> Iterator[np.ndarray]:
        """Yield silhouettes uint8 (bodies, 54, 96) of the feed-forward network."""
        for vectors in self.feed_forward.free_run(seen, frames):
            yield self.pictures(vectors)


def load_silhouettes(folder: Path) -> SilhouetteModel:
    """Open a model that `stickdance learn silhouettes` made.

    Raises:
        BadInput: no such model, or a file of it is damaged.
        BadInput: its options are not those of such a model.
    """
    model = load_model(folder, KIND)
    with reading_options(folder):
        return model_of(model.tensors(), float(model.options["fps"]))


def model_of(tensors: Mapping[str, Tensor], fps: float) -> SilhouetteModel:
    """Return the model that has these weights, its sizes told from their shapes."""
    lstm = SilhouetteLstm(tensors["lstm.to_vector.weight"].shape[1])
    networks = {
        "auto_encoder": SilhouetteAutoEncoder(),
        "lstm": lstm,
        "feed_forward": FeedForward(),
    }
    for name, network in networks.items():
        network.load_state_dict(tensors_under(tensors, f"{name}."))
        network.eval()
    return SilhouetteModel(
        **networks,  # type: ignore[arg-type]
        mean=tensors["mean"],
        spread=tensors["spread"],
        surprises=tensors["surprises"],
        starts=tensors["starts"],
        fps=fps,
    )
