"""A size that cannot be made, told before anything is captured: too large, or begun otherwise."""

from dataclasses import replace
from pathlib import Path

from stickdance.checkpoints.errors import ChangedOptions
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.make.options import MakeOptions, training_options


def check_size(folder: Path, to: Path, options: MakeOptions) -> None:
    """Check the size of a job's video.

    Args:
        folder: of its stages.
        to: the video, which names the job.
        options: of this run.

    Raises:
        ChangedOptions: the training was begun with another.
        OutOfMemory: it does not fit.
    """
    if not options.captures:
        return
    if (folder / "performer.training").is_dir():
        check_size_kept(folder / "take", folder / "performer", to, options)
    if options.size is not None:
        from stickdance.tools.memory_needed import check_memory  # loads torch

        def sized(smaller: tuple[int, int]) -> TrainingOptions:
            return training_options(replace(options, size=smaller), smaller)

        check_memory(options.size, sized)


def check_size_kept(take: Path, performer: Path, to: Path, options: MakeOptions) -> None:
    """Check that the network would paint pictures of the size that it was begun with.

    Args:
        take: folder of the take, which may not be there yet.
        performer: folder of the performer, likewise.
        to: the video, which names the job.
        options: of this run.

    Raises:
        ChangedOptions: it would not, and a training keeps its size.
    """
    # Networks load torch.
    from stickdance.capture.take.take import Take
    from stickdance.checkpoints.state import load_state
    from stickdance.synth.training.trainer import training_folder

    if options.training.afresh:
        return
    footage = options.size  # which alone tells, where it is given
    if footage is None:
        if not (take / MANIFEST).is_file():
            return
        footage = Take.load(take).size
    state = load_state(training_folder(performer))
    identity = {} if state is None else state.about.get("identity")
    before = identity.get("size") if isinstance(identity, dict) else None
    now = training_options(options, footage).size
    if before is None or now is None or list(before) == list(now):
        return
    asked = "no --size" if options.size is None else f"--size {options.size[0]}x{options.size[1]}"
    raise ChangedOptions(
        f"{asked}: {to.name} was begun with a network that paints {before[0]}x{before[1]}, this "
        f"needs {now[0]}x{now[1]}; repeat the earlier --size, name another --output, or add "
        "--afresh to train anew"
    )
