"""Main path of this package: takes -> a model whose silhouettes dance.

1. silhouettes of the takes' mattes, split as the takes are  (`pictures`)
2. learnt, or an earlier learning carried on                 (`learned.learning`)
3. judged on what was held out; scores, card and a picture of ways between vectors in the folder
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.choreography.learned.learning import learn, put_scores
from stickdance.choreography.learned.options import LearningOptions
from stickdance.choreography.learned.silhouettes import card
from stickdance.choreography.learned.silhouettes.evaluate import evaluate
from stickdance.choreography.learned.silhouettes.learner import SilhouetteLearner
from stickdance.choreography.learned.silhouettes.model import KIND, load_silhouettes
from stickdance.choreography.learned.silhouettes.nearness import draw_ways
from stickdance.choreography.learned.silhouettes.options import SilhouetteOptions, check_options
from stickdance.choreography.learned.silhouettes.pictures import SilhouetteClip, clips_of
from stickdance.choreography.one_thread import one_thread

WAYS = "ways.png"


def learn_silhouettes(
    takes: Sequence[Path], to: Path, options: SilhouetteOptions, learning: LearningOptions
) -> dict[str, Any]:
    """Learn silhouettes and what follows them, and judge it on those not learnt from.

    Args:
        takes: folders of takes.
        to: the folder of the model.
        options: of the networks and their learning.
        learning: for how long.

    Returns:
        Scores, what was refused, and where the model lies.

    Raises:
        BadInput: options or takes cannot be used.
    """
    check_options(options)
    clips, refused = clips_of(takes, options.fps)
    with one_thread():
        folder = learn(
            Path(to),
            KIND,
            learning,
            {"data": digest(clips), **asdict(options)},
            lambda: SilhouetteLearner(clips, options, learning.seed),
            {"fps": options.fps},
            lambda learnt: card.write(Path(to).name, clips, refused, options, learnt),
        )
        model = load_silhouettes(folder)
        scores = evaluate(model, clips, options.seen, learning.seed)
        held_out = np.concatenate([clip.pictures[clip.split :] for clip in clips])
        _, ways = cv2.imencode(".png", draw_ways(model, held_out, learning.seed))
    pictures = {WAYS: ways.tobytes()}
    put_scores(folder, KIND, scores, card.table(scores), pictures)
    return {
        "table": "\n".join([card.table(scores), *refused, "", f"written: {folder}"]),
        "written": str(folder),
        **scores,
        "refused": list(refused),
    }


def digest(clips: Sequence[SilhouetteClip]) -> str:
    """Return what tells these silhouettes and their split from others."""
    text = hashlib.sha256()
    for clip in clips:
        text.update(f"{clip.name} {clip.split}".encode())
        text.update(clip.pictures.tobytes())
    return text.hexdigest()[:16]
