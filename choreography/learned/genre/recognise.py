"""Which genre a dance looks like, and whether it is the one that it was meant to be."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.networks import shapes_of
from stickdance.choreography.learned.genre.evaluate import log_probabilities
from stickdance.choreography.learned.genre.features import columns_of, width
from stickdance.choreography.learned.genre.items import style_of_dance
from stickdance.choreography.learned.genre.learn import KIND
from stickdance.choreography.learned.genre.network import GenreNetwork
from stickdance.choreography.learned.genre.options import Features, configuration_from
from stickdance.choreography.learned.learning import reading_options

_OTHER_GENRE = 6  # exit status: quality below a limit
_LEAST_OF_WINDOW = 0.3  # what a dance must have of one to be told at all


@dataclass(frozen=True)
class GenreModel:
    """A model that tells genres."""

    network: GenreNetwork
    genres: tuple[str, ...]
    features: Features
    fps: float
    frames: int
    """Of a window."""

    @staticmethod
    def load(folder: Path) -> "GenreModel":
        """Read a model that `learn_genre` wrote.

        Raises:
            BadInput: it is no such model, or damaged.
        """
        folder = Path(folder)
        model = load_model(folder, KIND)
        with reading_options(folder):
            options = model.options
            genres = tuple(str(genre) for genre in options["genres"])
            features, fps = options["features"], float(options["fps"])
            frames = int(options["frames"])
            configuration = configuration_from(options["configuration"], folder)
            columns = width(features)
            shapes = shapes_of(lambda: GenreNetwork(configuration, columns, len(genres)))
        tensors = model.tensors(shapes)
        network = GenreNetwork(configuration, columns, len(genres))
        network.load_state_dict(tensors)
        return GenreModel(network.eval(), genres, features, fps, frames)


def recognise(
    dance: Path, model: Path, expected: str = "", cache: Path | None = None
) -> dict[str, Any]:
    """Tell the genre of a dance, take, keypoint file or video.

    Returns:
        "genre"; "probabilities" by genre, of the whole dance; "windows" by genre, the shares of
        windows that look most like it; "expected" and "as_expected", where a genre is expected;
        a "note" where the dance is shorter than a window.
        Where `expected` was asked for and another one was told, an "exit_status" of 6.

    Raises:
        BadInput: it cannot be looked at, is far shorter than a window, or the model does not
            know the genre expected.
        BadInput: the model cannot be read.
        WeightsAbsent: the model looks at pictures, and Inception-v3 is not at hand.
    """
    known = GenreModel.load(model)
    if expected and expected not in known.genres:
        raise BadInput(
            f"--expect {expected}: {model} knows {', '.join(known.genres)}, name one of these"
        )
    columns = columns_of(Path(dance), known.features, known.fps, cache)
    window = _window(dance, len(columns), known)
    result = _told(log_probabilities(known.network, columns, window), known.genres)
    if window < known.frames:
        result["note"] = (
            f"told from {window / known.fps:.1f} s, the model learnt from windows of "
            f"{known.frames / known.fps:.1f} s"
        )
    wanted = expected or style_of_dance(Path(dance)) or ""
    if wanted in known.genres:
        result |= {"expected": wanted, "as_expected": result["genre"] == wanted}
    if expected and result["genre"] != expected:
        result["exit_status"] = _OTHER_GENRE
    return {"dance": str(dance), "model": str(model), **result}


def _window(dance: Path, frames: int, known: GenreModel) -> int:
    """Return the frames of a window: the model's, or all that there are where they are fewer."""
    if frames < _LEAST_OF_WINDOW * known.frames:
        raise BadInput(
            f"{dance}: has {frames / known.fps:.1f} s, expected at least "
            f"{_LEAST_OF_WINDOW * known.frames / known.fps:.1f} s"
        )
    return min(frames, known.frames)


def _told(logs: np.ndarray, genres: tuple[str, ...]) -> dict[str, Any]:
    means = logs.mean(axis=0)
    probabilities = np.exp(means - means.max())
    probabilities /= probabilities.sum()
    votes = np.bincount(logs.argmax(axis=1), minlength=len(genres)) / len(logs)
    order = np.argsort(-means)
    return {
        "genre": genres[order[0]],
        "probabilities": {genres[place]: round(float(probabilities[place]), 4) for place in order},
        "windows": {genres[place]: round(float(votes[place]), 4) for place in order},
        "windows_seen": len(logs),
    }
