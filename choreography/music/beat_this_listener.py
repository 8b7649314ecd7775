"""Beats and downbeats by beat_this, a transformer (Foscarin, Schlueter and Widmer, ISMIR 2024).

An optional extra: the PyPI package `beat-this` (MIT) gives the network and its peak picking. Its
other dependency torchaudio exists only for older torch and is left out: what the package takes from
it, a logarithmic mel spectrum, is computed here from the published parameters (equal to within
0.001). The network sees 30 s at a time, with borders of 0.12 s left out, as its authors have it.

Its weights (`final0`) come by `stickdance models get beat_this`. Their digest is compared, and they
are read as tensors and plain values only (`weights_only=True`). Metre: the number of beats that
most bars have.
"""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.media.audio import Sound
from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS
from stickdance.choreography.music.analysis import Hearing
from stickdance.choreography.music.beats import FEWEST, Beats, beats_at
from stickdance.choreography.music.spectrum import mel_filters, mono, spectra

_INSTALL = "`make beat-this`, or `pip install --no-deps beat-this einops rotary-embedding-torch`"

_FPS = 50
_WINDOW, _HOP = 1024, 441
_MEL_BANDS, _LOWEST, _HIGHEST = 128, 30.0, 11000.0
_MULTIPLIER = 1000.0
_SCALE = _WINDOW / 4 / np.sqrt(_WINDOW)  # from our amplitudes to torch's normalised transform
_CHUNK, _BORDER = 1500, 6  # frames


def find_beats_by_beat_this(sound: Sound, hearing: Hearing) -> Beats:
    """Find beats and bars of a song with the network.

    Args:
        sound: the decoded song.
        hearing: what `hear` found in it: how strong each beat is.

    Raises:
        BadInput: it hears fewer than four beats.
        MissingDependency: the package is absent, or the weights are not as expected.
        WeightsAbsent: the weights are not on this computer.
    """
    network, pick_peaks = _load()
    beats, downbeats = _logits(network, sound)
    times, bars = pick_peaks(beats, downbeats)
    if len(times) < FEWEST:
        raise BadInput(
            f"{sound.origin}: beat_this heard {len(times)} beats, expected at least {FEWEST}; "
            "choose a song with a pulse"
        )
    return beats_at(hearing, np.asarray(times, np.float64), _positions(times, bars))


def log_mel(sound: Sound) -> Iterator[np.ndarray]:
    """Yield (frames, 128) float32: the spectra that the network was trained on, 50 a second."""
    filters = mel_filters(_WINDOW, _MEL_BANDS, _LOWEST, _HIGHEST)
    for magnitudes in spectra(mono(sound), _WINDOW, _HOP):
        yield np.log1p(_MULTIPLIER * _SCALE * magnitudes @ filters.T).astype(np.float32)


def _load() -> tuple[Any, Any]:
    """Return the network with its trained weights, and its peak picking."""
    try:
        from beat_this.model.beat_tracker import BeatThis
        from beat_this.model.postprocessor import Postprocessor
    except ImportError as error:
        raise MissingDependency(f"--listener beat_this: {error}; {_INSTALL}") from None
    path = PUBLIC_WEIGHTS["beat_this"].checked()
    options, weights = _read(path)
    network = BeatThis(**options)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise MissingDependency(f"{path}: is for another network ({error!s:.80})") from None
    return network.eval(), Postprocessor(type="minimal", fps=_FPS)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the network's own options and its weights."""
    import torch

    try:
        values = torch.load(path, map_location="cpu", weights_only=True)
        options, weights = dict(values["hyper_parameters"]), dict(values["state_dict"])
    except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
        raise MissingDependency(f"{path}: is no checkpoint of beat_this ({error!s:.80})") from None
    known = ("spect_dim", "transformer_dim", "ff_mult", "n_layers", "head_dim", "stem_dim",
             "dropout", "sum_head", "partial_transformers")  # fmt: skip
    prefix = "model."
    return (
        {name: value for name, value in options.items() if name in known},
        {name.removeprefix(prefix): value for name, value in weights.items()},
    )


def _logits(network: Any, sound: Sound) -> tuple[Any, Any]:
    """Return (frames,) tensors: how sure the network is of a beat and of a downbeat, as logits."""
    import torch

    beats, downbeats = [], []
    with torch.inference_mode():
        for chunk in _chunks(log_mel(sound)):
            answer = network(torch.from_numpy(chunk)[None])
            beats.append(answer["beat"][0, _BORDER:-_BORDER].float())
            downbeats.append(answer["downbeat"][0, _BORDER:-_BORDER].float())
    return torch.cat(beats), torch.cat(downbeats)


def _chunks(spectra_in_blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield overlapping chunks whose insides, without their borders, make up the whole."""
    inside = _CHUNK - 2 * _BORDER
    waiting = np.zeros((_BORDER, _MEL_BANDS), np.float32)
    for block in spectra_in_blocks:
        waiting = np.concatenate([waiting, block])
        while len(waiting) > _CHUNK:  # what is left then has a border at least
            yield waiting[:_CHUNK]
            waiting = waiting[inside:]
    waiting = np.concatenate([waiting, np.zeros((_BORDER, _MEL_BANDS), np.float32)])
    if len(waiting) > _CHUNK:
        yield waiting[:_CHUNK]
        waiting = waiting[inside:]
    yield waiting


def _positions(times: np.ndarray, bars: np.ndarray) -> np.ndarray | None:
    """Return each beat's count in its bar; None without two downbeats."""
    first = np.flatnonzero(np.isin(np.round(times * _FPS), np.round(np.asarray(bars) * _FPS)))
    if len(first) < 2:
        return None
    metre = int(np.bincount(np.diff(first)).argmax())
    beats = np.arange(len(times))
    bar = np.searchsorted(first, beats, side="right") - 1
    since = beats - first[np.maximum(bar, 0)]
    return np.where(bar >= 0, since, since % metre) + 1
