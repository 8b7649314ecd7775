"""Main path of this package: a folder of dances -> a model that tells their genre.

1. items found, split by song, looked at                        (`items`, `features`)
2. with --tune: a configuration chosen on the validation songs  (`tune`)
3. learnt, or an earlier learning carried on                    (`learned.learning`)
4. judged on the test songs: scores and confusion matrix in the model's folder
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.folder import load_model
from stickdance.choreography.learned.genre import card, tune
from stickdance.choreography.learned.genre.confusion import confusion_text, draw_confusion
from stickdance.choreography.learned.genre.evaluate import evaluate
from stickdance.choreography.learned.genre.learner import GenreLearner
from stickdance.choreography.learned.genre.material import GenreMaterial, material_of
from stickdance.choreography.learned.genre.network import GenreNetwork
from stickdance.choreography.learned.genre.options import (
    PRESETS,
    Configuration,
    GenreOptions,
    as_json,
    check,
)
from stickdance.choreography.learned.genre.searches import draw_searches, searches_text
from stickdance.choreography.learned.learning import learn, put_scores
from stickdance.choreography.learned.options import LearningOptions

KIND = "genre"
CONFUSION, SEARCHES = "confusion.png", "searches.png"


def learn_genre(
    data: Path, to: Path, options: GenreOptions, learning: LearningOptions
) -> dict[str, Any]:
    """Learn to tell genres, and judge it on songs that were not learnt from.

    Raises:
        BadInput: options or data cannot be used.
        MissingDependency: --tune without Optuna.
        WeightsAbsent: --features pictures without Inception-v3.
    """
    check(options)
    to = Path(to)
    material = material_of(Path(data), options, learning.seed, to.with_name(f"{to.name}.features"))
    default, searches = PRESETS[options.network], _searches(material, options, learning, to)
    tuning = searches.get("hyperband")
    configuration = default if tuning is None else tuning.best
    folder = learn(
        to,
        KIND,
        learning,
        {
            "data": material.digest,
            "genres": list(material.genres),
            "features": material.features,
            "fps": options.fps,
            "frames": options.frames,
            "share": options.share,
            **as_json(configuration),
        },
        lambda: _learner(material, configuration, options, learning.seed),
        {
            "genres": list(material.genres),
            "features": material.features,
            "fps": options.fps,
            "frames": options.frames,
            "configuration": as_json(configuration),
        },
        lambda learnt: card.write(to.name, material, configuration, options, learnt),
    )
    scores = _judged(folder, material, configuration, options)
    if tuning is not None:
        scores["tuning"] = tuning.described()
    _put_scores(folder, scores, material, searches)
    return _result(folder, scores, material, searches)


def _searches(
    material: GenreMaterial, options: GenreOptions, learning: LearningOptions, to: Path
) -> dict[tune.Way, tune.Tuning]:
    """Return what Hyperband found, and a search at random with as many steps, where asked for."""
    if options.tune == 0:
        return {}
    if not material.validation:
        raise BadInput("--tune: no songs are left to choose by; give more songs, or more --share")
    found: dict[tune.Way, tune.Tuning] = {}
    place = to.with_name(f"{to.name}.tuning")
    found["hyperband"] = _search(material, options, learning, place, options.tune, "hyperband")
    if options.tune_random:
        trials = max(1, round(found["hyperband"].steps / options.tune_steps))
        found["random"] = _search(material, options, learning, place / "random", trials, "random")
    return found


def _search(
    material: GenreMaterial,
    options: GenreOptions,
    learning: LearningOptions,
    place: Path,
    trials: int,
    way: tune.Way,
) -> tune.Tuning:
    default = PRESETS[options.network]

    def make(configuration: Configuration) -> GenreLearner:
        torch.manual_seed(learning.seed)
        return _learner(material, configuration, options, learning.seed)

    identity = {
        "data": material.digest,
        "features": material.features,
        "fps": options.fps,
        "frames": options.frames,
        "share": options.share,
        "default": as_json(default),
    }
    steps, seed = options.tune_steps, learning.seed
    return tune.tuned(make, default, trials, steps, place, identity, seed, way)


def _learner(
    material: GenreMaterial, configuration: Configuration, options: GenreOptions, seed: int
) -> GenreLearner:
    return GenreLearner(
        material.fit, material.validation, material.genres, configuration, options.frames, seed
    )


def _judged(
    folder: Path, material: GenreMaterial, configuration: Configuration, options: GenreOptions
) -> dict[str, Any]:
    model = load_model(folder, KIND)
    columns = material.fit[0].columns.shape[1]
    network = GenreNetwork(configuration, columns, len(material.genres))
    network.load_state_dict(model.tensors())
    scores = evaluate(network, material.test, material.genres, options.frames)
    made = [one for one in material.test if one.item.generated]
    real = [one for one in material.test if not one.item.generated]
    if made and real:
        scores["of"] = {
            "generated": evaluate(network, made, material.genres, options.frames)["accuracy"],
            "real": evaluate(network, real, material.genres, options.frames)["accuracy"],
        }
    return scores


def _put_scores(
    folder: Path,
    scores: dict[str, Any],
    material: GenreMaterial,
    searches: Mapping[tune.Way, tune.Tuning],
) -> None:
    title = f"{scores['accuracy']['windows']:.1%} of {scores['windows']} windows told rightly"
    picture = draw_confusion(scores["confusion"]["windows"], material.genres, title)
    _, png = cv2.imencode(".png", picture[..., ::-1])
    pictures = {CONFUSION: png.tobytes()}
    text = card.scores_text(scores)
    if len(searches) > 1:
        text += f"\n\n{searches_text(searches)}"
        _, png = cv2.imencode(".png", draw_searches(searches)[..., ::-1])
        pictures[SEARCHES] = png.tobytes()
    put_scores(folder, KIND, scores, text, pictures)


def _result(
    folder: Path,
    scores: dict[str, Any],
    material: GenreMaterial,
    searches: Mapping[tune.Way, tune.Tuning],
) -> dict[str, Any]:
    matrix = confusion_text(scores["confusion"]["windows"], material.genres)
    presets = ["", card.PRESETS_ALONE] if material.from_presets else []
    compared = ["", searches_text(searches)] if len(searches) > 1 else []
    lines = [
        card.summary(scores),
        *material.notes,
        "",
        matrix,
        *presets,
        *compared,
        "",
        f"written: {folder}",
    ]
    return {
        "table": "\n".join(lines),
        "written": str(folder),
        **scores,
        "genres_are": "style presets" if material.from_presets else "names of folders",
        "notes": list(material.notes),
    }
