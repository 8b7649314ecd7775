"""An auto-encoder of poses: one dense layer in, one out, a few numbers between.

Dense with ReLU and dropout of 0.3 on both sides, as there; the last layer is linear, since joints
have negative coordinates too. Loss: mean squared error of what it is given.

Source: "What if we are able to predict movement?".
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from stickdance.choreography.one_thread import one_thread

DROPOUT = 0.3
_BATCH = 128


@dataclass(frozen=True)
class AutoEncoderOptions:
    """How large an auto-encoder is and how long it learns."""

    hidden: int = 256
    """Units of the dense layers."""
    code: int = 16
    """Numbers that a pose is told in."""
    steps: int = 1500
    """Batches of 128 poses."""
    rate: float = 1e-3
    """Of Adam."""
    seed: int = 0
    """Of weights, dropout and batches."""


class AutoEncoder(nn.Module):
    """Numbers -> few numbers -> the same numbers."""

    def __init__(self, columns: int, hidden: int, code: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(columns, hidden), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(hidden, code)
        )
        self.decoder = nn.Sequential(
            nn.Linear(code, hidden), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(hidden, columns)
        )

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Return (poses, columns) as near to `rows` as the code allows."""
        decoded: torch.Tensor = self.decoder(self.encoder(rows))
        return decoded


def trained(rows: np.ndarray, options: AutoEncoderOptions) -> AutoEncoder:
    """Return an auto-encoder that has learnt (poses, columns); the same seed gives the same one."""
    # So small a network gains nothing by a second thread, and waits for it on a busy computer.
    with torch.random.fork_rng(devices=[]), one_thread():
        torch.manual_seed(options.seed)
        model = AutoEncoder(rows.shape[1], options.hidden, options.code)
        data = torch.from_numpy(rows.astype(np.float32))
        optimiser = torch.optim.Adam(model.parameters(), options.rate)
        model.train()
        for _ in range(options.steps):
            batch = data[torch.randint(len(data), (min(_BATCH, len(data)),))]
            loss = nn.functional.mse_loss(model(batch), batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return model.eval()


def reconstructed(model: AutoEncoder, rows: np.ndarray) -> np.ndarray:
    """Return (poses, columns) float64 as the auto-encoder gives them back."""
    with torch.inference_mode():
        return model(torch.from_numpy(rows.astype(np.float32))).numpy().astype(np.float64)
