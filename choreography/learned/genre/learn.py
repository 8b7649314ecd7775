"""Main path of this package: a folder of dances -> a model that tells their genre.

1. items found, split by song, looked at                        (`items`, `features`)
2. with --tune: a configuration chosen on the validation songs  (`tune`)
3. learnt, or an earlier learning carried on                    (`learned.learning`)
4. judged on the test songs: scores and confusion matrix in the model's folder
"""

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
from stickdance.choreography.learned.learning import learn, put_scores
from stickdance.choreography.learned.options import LearningOptions

KIND = "genre"
CONFUSION = "confusion.png"


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
    configuration, tuning = _configuration(material, options, learning, to)
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
    _put_scores(folder, scores, material)
    return _result(folder, scores, material)


def _configuration(
    material: GenreMaterial, options: GenreOptions, learning: LearningOptions, to: Path
) -> tuple[Configuration, tune.Tuning | None]:
    default = PRESETS[options.network]
    if options.tune == 0:
        return default, None
    if not material.validation:
        raise BadInput("--tune: no songs are left to choose by; give more songs, or more --share")

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
    tuning = tune.tuned(
        make,
        default,
        options.tune,
        options.tune_steps,
        to.with_name(f"{to.name}.tuning"),
        identity,
        learning.seed,
    )
    return tuning.best, tuning


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


def _put_scores(folder: Path, scores: dict[str, Any], material: GenreMaterial) -> None:
    title = f"{scores['accuracy']['windows']:.1%} of {scores['windows']} windows told rightly"
    picture = draw_confusion(scores["confusion"]["windows"], material.genres, title)
    _, png = cv2.imencode(".png", picture[..., ::-1])
    pictures = {CONFUSION: png.tobytes()}
    put_scores(folder, KIND, scores, card.scores_text(scores), pictures)


def _result(folder: Path, scores: dict[str, Any], material: GenreMaterial) -> dict[str, Any]:
    matrix = confusion_text(scores["confusion"]["windows"], material.genres)
    lines = [card.summary(scores), *material.notes, "", matrix, "", f"written: {folder}"]
    return {
        "table": "\n".join(lines),
        "written": str(folder),
        **scores,
        "notes": list(material.notes),
    }
