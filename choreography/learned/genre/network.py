"""The network: batch normalisation, a bidirectional LSTM, two dense layers."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from stickdance.choreography.learned.genre.options import Activation

_MODULES: dict[Activation, Callable[[], nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU}


class GenreNetwork(nn.Module):
    """A window of features in, a number for each genre out."""

    def __init__(
        self,
        columns: int,
        genres: int,
        cells: int,
        dense: tuple[int, int],
        dropout: float,
        activation: Activation,
    ) -> None:
        """Build the network.

        Args:
            columns: features of a frame.
            genres: how many there are to tell apart.
            cells: of the LSTM in each direction.
            dense: units of the two dense layers.
            dropout: share of the LSTM's outputs that are left out in training.
            activation: of the dense layers.
        """
        super().__init__()
        self.norm = nn.BatchNorm1d(columns)
        self.lstm = nn.LSTM(columns, cells, batch_first=True, bidirectional=True)
        between = _MODULES[activation]
        self.head = nn.Sequential(
            nn.Dropout(dropout),
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
