"""A dance looked at before its video is made: a moment of it, and how real each step will be."""

from collections import Counter
from pathlib import Path
from typing import Any

from stickdance.checkpoints.files import whole_file, write_json
from stickdance.checkpoints.json_reader import read_json_object

LOOK, MADE = "look.jpg", "made.json"
_BEFORE, _AFTER = 0.5, 0.3  # seconds rendered with the moment: what is shown depends on its company
_GOOD = 90  # JPEG


def moment_of(
    dance: Path, performer: Path, second: float, background: str, words: str, to: Path
) -> None:
    """Write the picture that a dance's video will show at a moment.

    Args:
        dance: folder of the dance.
        performer: who dances.
        second: of the dance; beyond its end is its end.
        background: as `RenderOptions` has it.
        words: written on the frame.
        to: the JPEG to write.

    Raises:
        BadInput: dance or performer are not whole.
        OutputFailed: `to` cannot be written.
    """
    from PIL import Image

    from stickdance.capture.media.video import read_frames
    from stickdance.capture.pose.sequence import PoseSequence
    from stickdance.checkpoints.scratch import scratch_folder
    from stickdance.synth.options import RenderOptions
    from stickdance.synth.poses_to_video import poses_to_video

    poses = PoseSequence.load(dance / "poses.npz")
    frame = min(max(0, round(second * poses.fps)), len(poses) - 1)
    first = max(0, frame - round(_BEFORE * poses.fps))
    last = min(len(poses), frame + 1 + round(_AFTER * poses.fps))
    options = RenderOptions(
        first / poses.fps,
        last / poses.fps,
        background=background,
        label=words or None,
        no_label=not words,
        faults="off",
        crf=8,
    )
    with scratch_folder() as folder:
        poses_to_video(dance, performer, folder / "look.mp4", options)
        shown = list(read_frames(folder / "look.mp4"))[frame - first]
    with whole_file(to) as temporary:
        Image.fromarray(shown).save(temporary, "JPEG", quality=_GOOD)


def made_of(dance: Path, performer: Path, view: Path, to: Path) -> dict[str, Any]:
    """Return and write how the frames of each step would be made.

    Args:
        dance: folder of the dance.
        performer: who dances.
        view: the JSON file of what is shown of the dance.
        to: the JSON file to write.

    Returns:
        `revision` of the dance, and `steps`: for each the shares filmed, joined and painted.

    Raises:
        BadInput: dance or performer are not whole.
    """
    from stickdance.synth.performer.performer import Performer
    from stickdance.synth.playback.rendering_choice import dance_hows
    from stickdance.synth.playback.shares import HOWS
    from stickdance.synth.poses_to_video import read_dance

    shown = read_json_object(view, "a dance's view")
    actor = Performer.load(performer).in_video
    poses, _ = read_dance(dance, actor)
    hows = dance_hows(actor, poses)
    steps = []
    for step in shown["steps"]:
        inside = hows[round(step["start"] * poses.fps) : round(step["end"] * poses.fps)]
        counts = Counter(inside)
        steps.append({how: round(counts[how] / max(1, len(inside)), 3) for how in HOWS})
    made = {"revision": shown["revision"], "steps": steps}
    write_json(to, made, indent=None)
    return made
