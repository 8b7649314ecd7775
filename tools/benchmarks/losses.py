"""Where a renderer's picture is lost: what each repair of it would give, on held-out frames.

    python -m stickdance.tools.benchmarks.losses TAKE PERFORMER [--tries 24]

Rows
    own pixels          the person's pixels, moved part by part, before any network
    best of N sources   the same from the best of N choices of filmed frames, the truth being known
    cut by the matte    own pixels where the real matte has the person
    moved into place    own pixels moved by the optical flow to the real frame, by `PIXELS` at most:
                        what poses, stretched limbs and clothes are off
    painted             what the performer paints

Scores are means over frames of the regions of `stickdance.synth.quality.regions`; nothing darkens
the room, so the room's are left out.
"""

from pathlib import Path
from typing import Any

import numpy as np
import tyro

from stickdance.capture.take.take import Take
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.performer.performer import Performer
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.held_out import rendered
from stickdance.synth.quality.regions import Guide
from stickdance.synth.quality.scores import MeanScores, Scorer
from stickdance.synth.training.placement import placed
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.text_table import aligned, figure

PIXELS = 4.0
"""That own pixels may be moved at most."""
_VARIETY = 0.5  # deviation of the logarithm of the prices among which sources are tried
_REGIONS = ("person", "face", "hands")
_SCORER = Scorer(("ssim_skimage", "mse", "psnr"), regions=_REGIONS)
_SHOWN = tuple(f"{region}.{score}" for region in _REGIONS for score in ("ssim_skimage", "psnr"))


def losses(take: Take, performer: Performer, tries: int) -> dict[str, dict[str, Any]]:
    """Return the scores of each row by its name."""
    held_out = _HeldOut(take, performer)
    own = held_out.own()
    rows = {
        "own pixels": own,
        f"best of {tries} sources": held_out.best(own, tries),
        "cut by the matte": held_out.cut(own),
        "moved into place": held_out.moved(),
        "painted": list(rendered(performer, held_out.poses)),
    }
    return {name: held_out.scores(pictures) for name, pictures in rows.items()}


class _HeldOut:
    """The held-out frames, and pictures of the same poses."""

    def __init__(self, take: Take, performer: Performer) -> None:
        start, stop, framing = take.training_frames, take.frame_count, performer.framing
        assert performer.appearance is not None
        self._appearance, self._plate = performer.appearance, performer.plate
        self.poses = take.poses.framed(framing).part(start, stop)
        self._real = list(take.truth(framing, start, stop))
        self._mattes = [framing.picture(matte) for matte in take.mattes(start, stop)]

    def own(self, prices: np.ndarray | None = None) -> list[Bytes]:
        """Return the person's own pixels over the plate."""
        return [_over(each, self._plate) for each in self._pixels(prices)]

    def _pixels(self, prices: np.ndarray | None = None) -> Bytes:
        poses = self.poses
        return self._appearance.paint(
            poses.points, poses.confidence, depth=poses.depth, prices=prices
        )

    def best(self, own: list[Bytes], tries: int) -> list[Bytes]:
        """Return for each frame the likest of some choices of sources."""
        chance, out = np.random.default_rng(0), list(own)
        errors = [self._error(number, each) for number, each in enumerate(own)]
        for _ in range(tries):
            shape = (len(own), *self._appearance.choices)
            prices = np.exp(chance.normal(0, _VARIETY, shape)).astype(np.float32)
            for number, picture in enumerate(self.own(prices)):
                error = self._error(number, picture)
                if error < errors[number]:
                    errors[number], out[number] = error, picture
        return out

    def cut(self, own: list[Bytes]) -> list[Bytes]:
        """Return pictures that show the plate outside the real matte."""
        pairs = zip(own, self._mattes, strict=True)
        return [_over(np.dstack([picture, matte]), self._plate) for picture, matte in pairs]

    def moved(self) -> list[Bytes]:
        """Return the person's own pixels, moved to where the real ones are."""
        reach = PIXELS / self._plate.shape[0]
        pairs = zip(self._pixels(), self._real, strict=True)
        return [
            _over(placed(pixels, self._plate, real, reach), self._plate) for pixels, real in pairs
        ]

    def scores(self, pictures: list[Bytes]) -> dict[str, Any]:
        """Return the mean scores of pictures of all frames."""
        means = MeanScores(_SCORER)
        poses = self.poses
        known = zip(self._mattes, poses.points, poses.confidence, strict=True)
        for real, picture, guide in zip(self._real, pictures, known, strict=True):
            means.add(_SCORER.score(FramePair(real, picture, Guide(*guide))))
        return means.summary()

    def _error(self, number: int, picture: Bytes) -> float:
        inside = self._mattes[number] > 127
        off = self._real[number][inside].astype(np.float32) - picture[inside]
        return float((off**2).mean()) if inside.any() else 0.0


def _over(pixels: Bytes, plate: Bytes) -> Bytes:
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.rint(pixels[..., :3] * alpha + plate * (1 - alpha)).astype(np.uint8)


def measure(
    take: tyro.conf.Positional[Path], performer: tyro.conf.Positional[Path], tries: int = 24
) -> dict[str, Any]:
    """Score what a performer paints of a take's held-out frames, and repairs of it.

    Args:
        take: folder that `stickdance capture` made.
        performer: trained on it.
        tries: choices of sources of which the best is taken.
    """
    return losses(Take.load(take), Performer.load(performer, "cpu"), tries)


def _table(found: dict[str, dict[str, Any]]) -> str:
    rows = [(way, *(figure(one[name], ".3f") for name in _SHOWN)) for way, one in found.items()]
    return aligned([("", *_SHOWN), *rows])


if __name__ == "__main__":
    run_benchmark(measure, _table)
