"""Subcommands on takes: merged, split, out to other programs and in from them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tyro.conf import Positional

from stickdance.capture.options import CaptureOptions, MergeOptions, Size, SplitOptions
from stickdance.tools.options import Output


def merge_takes(
    takes: Positional[tuple[Path, ...]], output: Output, merging: MergeOptions = MergeOptions()
) -> dict[str, Any]:
    """Merge takes of one person into one; what each held out stays held out.

    Example:
        stickdance merge-takes takes/anna takes/anna_again -o takes/both

    Args:
        takes: folders that `stickdance capture` made, of one size and frame rate.
        output: folder of the merged take.
        merging: what to do about backgrounds.
    """
    from stickdance.capture.take.merging import merge_takes
    from stickdance.capture.take.take import Take

    merged = merge_takes([Take.load(take) for take in takes], output, merging)
    return {
        "take": str(output),
        "frames": merged.take.frame_count,
        "training_frames": merged.take.training_frames,
        "background_differing": [round(share, 4) for share in merged.differing],
        "consent": merged.take.consent,
        "warnings": [*merged.warnings, *_without_shots(takes)],
    }


def split_take(
    take: Positional[Path], output: Output, splitting: SplitOptions = SplitOptions()
) -> dict[str, Any]:
    """Split a take into takes of its parts, or anew into training and test.

    Example:
        stickdance split-take takes/anna --blocks 5 -o takes/anna_spread

    Args:
        take: folder of the take.
        output: with --blocks the folder of the new take, else a folder for the parts.
        splitting: where to split.
    """
    from stickdance.capture.take.splitting import split_take
    from stickdance.capture.take.take import Take

    made = split_take(Take.load(take), output, splitting)
    return {
        "takes": [str(part.path) for part in made],
        "frames": [part.frame_count for part in made],
        "training_frames": [part.training_frames for part in made],
        "warnings": _without_shots([take]),
    }


def export_pairs(
    take: Positional[Path], output: Output, size: Size | None = None, labels: bool = False
) -> dict[str, Any]:
    """Write a take's pairs as pix2pixHD reads them: train_A, train_B, test_A, test_B.

    Example:
        stickdance export-pairs takes/anna -o pairs/anna

    Args:
        take: folder of the take.
        output: folder of the pairs.
        size: size of the pictures; by default the take's own.
        labels: write label maps (train_label, train_img) in place of coloured stick figures.
    """
    from stickdance.capture.pix2pixhd import export_pairs
    from stickdance.capture.take.take import Take
    from stickdance.tools.frame_size import working_size

    loaded = Take.load(take)
    done = export_pairs(loaded, output, size and working_size(size, loaded.size), labels)
    return {
        "pairs": str(done.path),
        "training": done.training,
        "testing": done.testing,
        "size": list(done.size),
        "warnings": list(done.warnings),
    }


def import_pairs(
    pairs: Positional[Path], output: Output, capture: CaptureOptions = CaptureOptions()
) -> dict[str, Any]:
    """Make a take of the photos in pix2pixHD's folders, with the poses that lie beside them.

    Example:
        stickdance import-pairs pairs/theirs -o takes/theirs

    Args:
        pairs: folder that holds train_B, and perhaps test_B.
        output: folder of the take.
        capture: how to look; without poses beside the photos they are estimated.
    """
    from stickdance.capture.pix2pixhd import import_pairs

    done = import_pairs(pairs, output, capture)
    return {
        "take": str(output),
        "training": done.training,
        "testing": done.testing,
        "poses": done.poses,
        "warnings": [*done.warnings, *done.take.report.get("warnings", [])],
    }


def _without_shots(takes: Sequence[Path]) -> list[str]:
    """Return a line where takes know the shots of a list, which frames put together anew do not."""
    from stickdance.choreography.shotlist.filmed import SHOTS

    with_shots = [str(take) for take in takes if (take / SHOTS).is_file()]
    if not with_shots:
        return []
    return [
        f"the shots found in {', '.join(with_shots)} are not carried over: its frames are put "
        "together anew; dance with the take itself to dance by its shot list"
    ]
