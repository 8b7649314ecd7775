"""Video Seal as another mark: Meta's trained networks, where somebody has their file.

The file, `y_256b_img.jit` of some 200 MB, is TorchScript: an archive of code and of pickled data,
which can do whatever a program can once it is loaded. So it is loaded only when the SHA-256 that
its user names is that of the file. No digest by its authors was found to compare with, which is why
`stickdance models get` does not fetch it: nothing unpinned is fetched or run here.

It carries 256 bits. Ours are the tool's id and five times the message, so that most of them may be
wrong by chance alone less than once in a million videos.

Source: Fernandez et al., *Video Seal: open and efficient video watermarking*, 2024; the functions
as facebookresearch/videoseal documents them (docs/torchscript.md).
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.marking.code import BYTES, TOOL, key
from stickdance.synth.marking.detection import FALSE_ALARMS

_BITS, _TIMES = 256, 5
_CHUNK = 16  # frames that the networks see at once
_DIGITS = 64  # of a SHA-256


class VideoSeal:
    """The networks, which embed and detect."""

    def __init__(self, file: Path, digest: str) -> None:
        """Load the networks.

        Args:
            file: TorchScript, as its authors publish it.
            digest: SHA-256 of the file that its user trusts, hexadecimal.

        Raises:
            BadInput: it is absent, another file, or not such networks.
        """
        import torch

        if not file.is_file():
            raise BadInput(f"--videoseal {file}: no such file")
        if not re.fullmatch(f"[0-9a-fA-F]{{{_DIGITS}}}", digest):
            raise BadInput(
                f"--videoseal-sha256 {digest!r:.80}: expected {_DIGITS} hexadecimal digits; the "
                "file holds code, and is run only where its user knows its SHA-256"
            )
        if (found := sha256(file)) != digest.lower():
            raise BadInput(
                f"--videoseal {file}: its SHA-256 is {found}, not the one that was named; it holds "
                "code, and is not run"
            )
        try:
            with warnings.catch_warnings(action="ignore", category=FutureWarning):
                self._model: Any = torch.jit.load(str(file), map_location="cpu").eval()
            self._embed, self._detect = self._model.embed, self._model.detect
        except (RuntimeError, ValueError, AttributeError) as error:
            why = " ".join(str(error).split())[:100]
            raise BadInput(f"--videoseal {file}: not the networks of Video Seal ({why})") from None

    def marked(self, frames: Iterable[Bytes], message: bytes) -> Iterator[Bytes]:
        """Return frames, uint8 RGB (height, width, 3), with the mark of `code.BYTES` bytes."""
        import torch

        bits = torch.from_numpy(_spread(message).astype(np.float32))[None]
        for some in _chunks(frames):
            with torch.inference_mode():
                shown = self._embed(_tensor(some), bits, is_video=True)
            levels = (shown.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1)
            yield from np.ascontiguousarray(levels.numpy())

    def message_in(self, frames: Iterable[Bytes]) -> bytes | None:
        """Return the message of frames; None where there is none of ours."""
        import torch

        total, count = np.zeros(_BITS), 0
        for some in _chunks(frames):
            with torch.inference_mode():
                told = self._detect(_tensor(some), is_video=True)
            # The first channel is a mask that is not used; the others may be maps.
            bits = told[:, 1:].reshape(len(some), _BITS, -1).mean(2)
            total, count = total + bits.sum(0).double().numpy(), count + len(some)
        return _message(total / max(count, 1))


def _chunks(frames: Iterable[Bytes]) -> Iterator[list[Bytes]]:
    left = iter(frames)
    while some := list(islice(left, _CHUNK)):
        yield some


def _tensor(frames: list[Bytes]) -> Any:
    import torch

    stacked = np.stack([frame[..., :3] for frame in frames])
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).float() / 255


def _spread(message: bytes) -> NDArray[np.uint8]:
    """Return the 256 bits that stand for a message, scrambled: networks may prefer some."""
    plain = np.frombuffer(TOOL.to_bytes(2, "big") + message * _TIMES, np.uint8)
    return np.unpackbits(plain) ^ _scrambling()


def _message(told: NDArray[np.float64]) -> bytes | None:
    """Return the message that 256 numbers, positive for ones, stand for; None for chance."""
    copies = (told * (1.0 - 2.0 * _scrambling()))[16:].reshape(_TIMES, 8 * BYTES)
    message = np.packbits(copies.sum(0) > 0).tobytes()
    right = int(((told > 0) == _spread(message)).sum())
    by_chance = binom.sf(right - 1, _BITS, 0.5) * 2.0 ** (8 * BYTES)
    return message if by_chance < FALSE_ALARMS else None


def _scrambling() -> NDArray[np.uint8]:
    return key(5).integers(0, 2, _BITS, np.uint8)
