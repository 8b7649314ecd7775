"""The network: batch normalisation, a bidirectional LSTM, two dense layers."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from stickdance.choreography.learned.genre.options import Activation, Configuration

_MODULES: dict[Activation, Callable[[], nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU}


class GenreNetwork(nn.Module):
    """A window of features in, a number for each genre out."""

    def __init__(self, configuration: Configuration, columns: int, genres: int) -> None:
        """Build the network for so many features of a frame, and genres to tell apart."""
        super().__init__()
        cells = configuration.cells
        self.norm = nn.BatchNorm1d(columns)
        self.lstm = nn.LSTM(columns, cells, batch_first=True, bidirectional=True)
        between, dense = _MODULES[configuration.activation], configuration.dense
        self.head = nn.Sequential(
            nn.Dropout(configuration.dropout),
            nn.Linear(2 * cells, dense[0]),
            between(),
            nn.Linear(dense[0], dense[1]),
            between(),
            nn.Linear(dense[1], genres),
        )

    def forward(self, windows: Tensor) -> Tensor:
        """Return the logits (batch, genres) of windows (batch, frames, columns)."""
        normal = self.norm(windows.transpose(1, 2)).transpose(1, 2)
        _, (last, _) = self.lstm(normal)
        logits: Tensor = self.head(torch.cat([last[0], last[1]], dim=1))
        return logits
