"""Main path of this package: movements -> a model that tells the next pose.

1. movements gathered, filled, at one frame rate, split      (`movements`)
2. learnt, or an earlier learning carried on                 (`learned.learning`)
3. judged on what was held out; scores and card in the model's folder   (`evaluate`)
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.learning import digest_of, learn, put_scores
from stickdance.choreography.learned.next_pose import card
from stickdance.choreography.learned.next_pose.evaluate import evaluate
from stickdance.choreography.learned.next_pose.learner import NextPoseLearner
from stickdance.choreography.learned.next_pose.model import KIND, load_next_pose
from stickdance.choreography.learned.next_pose.movements import gather
from stickdance.choreography.learned.next_pose.options import NextPoseOptions, check_options
from stickdance.choreography.learned.options import LearningOptions
from stickdance.choreography.one_thread import one_thread


def learn_next_pose(
    data: Sequence[Path], to: Path, options: NextPoseOptions, learning: LearningOptions
) -> dict[str, Any]:
    """Learn the next pose, and judge it on movement that was not learnt from.

    Raises:
        BadInput: options or data cannot be used.
    """
    check_options(options)
    if not data:
        raise BadInput("name movements to learn from: tables, folders or files")
    gathered = gather(data, options.fps, options.axes, options.held_out)
    if not gathered.parts:
        reasons = "; ".join(gathered.refused[:3])
        raise BadInput(f"{', '.join(map(str, data))}: no movement could be used: {reasons}")
    skeleton = gathered.parts[0].movement.skeleton
    about = {
        "fps": options.fps, "axes": options.axes, "joints": list(skeleton.joints),
        "rotations": options.rows == "rotations",
    }  # fmt: skip
    parts = [(f"{one.movement.name} {one.split}", one.movement.points) for one in gathered.parts]
    with one_thread():
        folder = learn(
            Path(to),
            KIND,
            learning,
            {"data": digest_of(parts), **asdict(options)},
            lambda: NextPoseLearner(gathered.parts, options, learning.seed),
            about,
            lambda learnt: card.write(Path(to).name, gathered, options, learnt),
        )
        scores = evaluate(load_next_pose(folder), gathered.parts, options.seen, learning.seed)
    put_scores(folder, KIND, scores, f"```\n{card.table(scores)}\n```")
    lines = [card.table(scores), *gathered.refused, "", f"written: {folder}"]
    return {
        "table": "\n".join(lines),
        "written": str(folder),
        **scores,
        "refused": list(gathered.refused),
    }
