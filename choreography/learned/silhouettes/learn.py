"""Main path of this package: takes or videos -> a model whose silhouettes dance.

1. silhouettes of mattes or videos, split as takes are        (`pictures`)
2. learnt, or an earlier learning carried on                 (`learned.learning`)
3. judged on what was held out; scores, card and a picture of ways between vectors in the folder
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.choreography.learned.learning import digest_of, learn, put_scores
from stickdance.choreography.learned.options import LearningOptions
from stickdance.choreography.learned.silhouettes import card
from stickdance.choreography.learned.silhouettes.evaluate import evaluate
from stickdance.choreography.learned.silhouettes.learner import SilhouetteLearner
from stickdance.choreography.learned.silhouettes.model import KIND, load_silhouettes
from stickdance.choreography.learned.silhouettes.nearness import draw_ways
from stickdance.choreography.learned.silhouettes.options import (
    SilhouetteOptions,
    check_options,
    resolved,
)
from stickdance.choreography.learned.silhouettes.pictures import clips_of
from stickdance.choreography.one_thread import one_thread

WAYS = "ways.png"


def learn_silhouettes(
    takes: Sequence[Path], to: Path, options: SilhouetteOptions, learning: LearningOptions
) -> dict[str, Any]:
    """Learn silhouettes and what follows them, and judge it on those not learnt from.

    Raises:
        BadInput: options or takes cannot be used.
    """
    options = resolved(options)
    check_options(options)
    clips, refused = clips_of(takes, options.fps)
    named = [(f"{one.name} {one.split}", one.pictures) for one in clips]
    with one_thread():
        folder = learn(
            Path(to),
            KIND,
            learning,
            {"data": digest_of(named), **asdict(options)},
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
