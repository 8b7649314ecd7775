"""What follows a silhouette: an LSTM, and the feed-forward network that failed before it.

Both see vectors of the auto-encoder, standardised, and tell the next one; the error is the mean
squared one. The feed-forward network sees the last two vectors and remembers nothing.

The LSTM tells the vector itself, as published, not what to add to the last one: its memory lies
within -1 to 1, so what it tells is bounded however long it goes on. Changes add up, and nothing
that was learnt calls a vector back from where none has been.

What is told is the mean of all that may follow, so a dance of nothing else may come to rest. Real
vectors lie beside what is told: these surprises, drawn at random, keep a dance lively, as
innovations keep an autoregressive process (Box and Jenkins 1970).
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from stickdance.choreography.learned.silhouettes.auto_encoder import CODE

_BASELINE_UNITS = 128


class SilhouetteLstm(nn.Module):
    """Vectors of the silhouettes so far -> the vector of the next one."""

    def __init__(self, units: int, numbers: int = CODE) -> None:
        super().__init__()
        self.lstm = nn.LSTM(numbers, units, batch_first=True)
        self.to_vector = nn.Linear(units, numbers)

    def forward(
        self, vectors: Tensor, memory: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return the vectors after each of (batch, frames, 128), and what is remembered."""
        told, memory = self.lstm(vectors, memory)
        return self.to_vector(told), memory

    def free_run(
        self, seen: Tensor, frames: int, surprise: Callable[[], Tensor] | None = None
    ) -> Iterator[Tensor]:
        """Yield one vector (batch, 128) after another, each from those told before.

        Args:
            seen: (batch, frames, 128) what goes before.
            frames: how many follow.
            surprise: draws what is added to each vector that is told, (batch, 128); None: nothing.
        """
        told, memory = self(seen)
        for frame in range(frames):
            vector = told[:, -1] if surprise is None else told[:, -1] + surprise()
            yield vector
            if frame + 1 < frames:
                told, memory = self(vector[:, None], memory)


class FeedForward(nn.Module):
    """The vectors of the last two silhouettes -> the vector of the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2 * CODE, _BASELINE_UNITS),
            nn.ReLU(),
            nn.Linear(_BASELINE_UNITS, _BASELINE_UNITS),
            nn.ReLU(),
            nn.Linear(_BASELINE_UNITS, CODE),
        )

    def forward(self, before: Tensor, now: Tensor) -> Tensor:
        """Return the vectors (..., 128) that follow."""
        told: Tensor = self.layers(torch.cat([before, now], dim=-1))
        return told

    def free_run(self, seen: Tensor, frames: int) -> Iterator[Tensor]:
        """Yield one vector (batch, 128) after another, each from the two told before."""
        before, now = seen[:, -2], seen[:, -1]
        for _ in range(frames):
            before, now = now, self(before, now)
            yield now
