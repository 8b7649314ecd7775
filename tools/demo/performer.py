"""The demo performer: the demo dancer filmed, captured and trained like any person.

`python -m stickdance.tools.demo.performer --to checkpoints/demo` makes the performer that comes
with stickdance; `stickdance make --demo --from-scratch` films and trains on the way.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.folder import CARD, OPTIONS, amend_model
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.synth.performer.performer import KIND, Performer
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.demo.filming import DRAWING, film, filming_poses
from stickdance.tools.fitting import performer_from
from stickdance.tools.program import run_program


@dataclass(frozen=True)
class DemoPerformerOptions:
    """How the demo performer is made."""

    to: Path
    """Folder of the performer."""
    seconds: float = 190.0
    """Length of the footage; 190 s hold every action to one side or the other."""
    minutes: float = 30.0
    """Minutes of training."""
    side: int = 256
    """Width and height of the frames."""
    seed: int = 0
    """The performance, the dancer's looks and the training's random numbers."""


def film_demo(to: Path, seconds: float = 190.0, side: int = 256, seed: int = 0) -> Path:
    """Film the demo dancer going through the dance actions and return the footage's path."""
    poses = filming_poses(seconds, (side, side), seed=seed)
    return film(poses, to, seed=seed)


def make_demo_performer(options: DemoPerformerOptions, work: Path) -> dict[str, object]:
    """Film, capture, train and score the demo performer.

    Args:
        options: how.
        work: a folder for footage and take; what lies there finished is used again.

    Returns:
        The performer's folder and its held-out scores.
    """
    footage = work / "footage.mp4"
    if not footage.exists():
        film_demo(footage, options.seconds, options.side, options.seed)
    take = work / "take"
    if not take.exists():
        video_to_take([footage], take, CaptureOptions(height=options.side, consent=DRAWING))
    training = TrainingOptions(minutes=options.minutes, seed=options.seed, keep_footage=False)
    result = performer_from(take, options.to, (options.side, options.side), training)
    _tell_how(options)
    return result


def _tell_how(options: DemoPerformerOptions) -> None:
    command = (
        f"python -m stickdance.tools.demo.performer --to checkpoints/demo --seconds "
        f"{options.seconds:g} "
        f"--minutes {options.minutes:g} --side {options.side} --seed {options.seed}"
    )
    made = Performer.load(options.to)
    card = made.card.rstrip() + f"\n\n## Made again by\n`{command}`\n"
    about = read_json_object(options.to / OPTIONS, "the options of a performer", nan=True)
    # They tell to carry the training on, whose state is not packed; the card keeps them.
    about["training"]["warnings"] = []
    told = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    amend_model(options.to, KIND, {CARD: card, OPTIONS: told})


def main(options: DemoPerformerOptions, work: Path | None = None) -> None:
    """Make the demo performer.

    Args:
        options: how.
        work: where to keep footage and take; a temporary folder by default.
    """
    with scratch_folder() as temporary:
        result = make_demo_performer(options, temporary if work is None else work)
    json.dump(result, sys.stdout, indent=1)


if __name__ == "__main__":
    run_program(main)
