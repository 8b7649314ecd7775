"""Scores of frames in batches on a GPU, taken before the threads take the others.

The definitions are those of the processor's kernels; sums in another order leave differences of
about 1e-7.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from stickdance.synth.compute.array_types import Levels
from stickdance.synth.quality.batches import batch_mse, batch_similarities
from stickdance.synth.quality.frame_pair import FramePair, Scores
from stickdance.synth.quality.scores import Scorer
from stickdance.synth.quality.ssim import SIMILARITIES

AT_ONCE = 16
"""Pairs in a batch, at most."""
Item = TypeVar("Item")


def with_device_scores(
    items: Iterable[Item],
    scorer: Scorer,
    device: str,
    pair_of: Callable[[Item], FramePair | None],
    with_pair: Callable[[Item, FramePair], Item],
) -> Iterator[Item]:
    """Yield the items in their order, their pairs with `known` scores.

    Args:
        items: a stream of which `AT_ONCE` are looked at together.
        scorer: tells which scores are wanted.
        device: where they are taken.
        pair_of: the pair of an item, or None where there is none to score.
        with_pair: an item with another pair.
    """
    stream = iter(items)
    while batch := list(islice(stream, AT_ONCE)):
        known: dict[int, Scores] = {}
        places = [place for place, item in enumerate(batch) if pair_of(item) is not None]
        for _, group in groupby(places, key=lambda place: _shape(pair_of(batch[place]))):
            alike = list(group)
            pairs = [pair for place in alike if (pair := pair_of(batch[place])) is not None]
            known |= zip(alike, _scores(pairs, scorer, torch.device(device)), strict=True)
        for place, item in enumerate(batch):
            pair = pair_of(item)
            yield item if pair is None else with_pair(item, replace(pair, known=known[place]))


def _shape(pair: FramePair | None) -> tuple[int, ...]:
    return () if pair is None else pair.real.shape


def _scores(pairs: Sequence[FramePair], scorer: Scorer, device: torch.device) -> list[Scores]:
    real = _tensor([pair.real for pair in pairs], device)
    rendered = _tensor([pair.rendered for pair in pairs], device)
    found: list[Scores] = [{} for _ in pairs]
    if "mse" in scorer.metrics or "psnr" in scorer.metrics:
        for scores, error in zip(found, batch_mse(real, rendered), strict=True):
            scores["mse"] = error
    wanted = [name for name in SIMILARITIES if name in scorer.metrics]
    if wanted:
        for scores, alike in zip(found, batch_similarities(real, rendered, wanted), strict=True):
            scores |= {name: getattr(alike, name) for name in wanted}
    for name, network in scorer.lpips.items():
        sides = [pair.real for pair in pairs], [pair.rendered for pair in pairs]
        for scores, distance in zip(found, network.distances(*sides), strict=True):
            scores[name] = distance
    return found


def _tensor(pictures: Sequence[Levels], device: torch.device) -> Tensor:
    return torch.from_numpy(np.stack(pictures)).to(device).permute(0, 3, 1, 2)
