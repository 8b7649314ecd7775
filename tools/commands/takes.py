"""Subcommands on takes: merged, split, out to other programs and in from them."""

from pathlib import Path
from typing import Any

from stickdance.tools.commands.command import Command, Commands


def merge_takes() -> Command:
    """Several takes of one person -> one take."""
    import tyro

    from stickdance.capture.take.merging import MergeOptions, merge_takes
    from stickdance.capture.take.take import Take

    def command(
        takes: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[MergeOptions] = MergeOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Merge takes of one person; what each held out stays held out.

        Args:
            takes: folders that `stickdance capture` made, of one size and frame rate.
            to: the folder of the merged take.
            options: how to merge.
        """
        merged = merge_takes([Take.load(take) for take in takes], to, options)
        return {
            "take": str(to),
            "frames": merged.take.frame_count,
            "training_frames": merged.take.training_frames,
            "background_differing": [round(share, 4) for share in merged.differing],
            "consent": merged.take.consent,
            "warnings": list(merged.warnings),
        }

    return command


def split_take() -> Command:
    """A take -> takes of its parts, or a new split into training and test."""
    import tyro

    from stickdance.capture.take.splitting import SplitOptions, split_take
    from stickdance.capture.take.take import Take

    def command(
        take: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[SplitOptions] = SplitOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Split a take by blocks of time.

        Args:
            take: the folder of the take.
            to: with --blocks the folder of the new take, else the folder of the parts.
            options: where to split.
        """
        made = split_take(Take.load(take), to, options)
        return {
            "takes": [str(part.path) for part in made],
            "frames": [part.frame_count for part in made],
            "training_frames": [part.training_frames for part in made],
        }

    return command


def export_pairs() -> Command:
    """A take -> pix2pixHD's folders of pairs."""
    import tyro

    from stickdance.capture.pix2pixhd import export_pairs
    from stickdance.capture.take.take import Take
    from stickdance.tools.frame_size import working_size

    def command(
        take: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        size: str = "",
        labels: bool = False,
    ) -> dict[str, Any]:
        """Write a take's pairs as pix2pixHD reads them: train_A, train_B, test_A, test_B.

        Args:
            take: the folder of the take.
            to: the folder of pairs.
            size: WIDTHxHEIGHT of the pictures; by default the take's own.
            labels: write label maps (train_label, train_img) in place of coloured stick figures.
        """
        loaded = Take.load(take)
        shape = working_size(size, loaded.size) if size else None
        done = export_pairs(loaded, to, shape, labels)
        return {
            "pairs": str(done.path),
            "training": done.training,
            "testing": done.testing,
            "size": list(done.size),
            "warnings": list(done.warnings),
        }

    return command


def import_pairs() -> Command:
    """pix2pixHD's folders of pairs -> a take."""
    import tyro

    from stickdance.capture.pix2pixhd import import_pairs
    from stickdance.capture.video_to_take import CaptureOptions

    def command(
        pairs: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[CaptureOptions] = CaptureOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Make a take of the photos in pix2pixHD's folders, with the poses that lie beside them.

        Args:
            pairs: the folder that holds train_B, and perhaps test_B.
            to: the folder of the take.
            options: how to look; without poses beside the photos they are estimated.
        """
        done = import_pairs(pairs, to, options)
        return {
            "take": str(to),
            "training": done.training,
            "testing": done.testing,
            "poses": done.poses,
            "warnings": [*done.warnings, *done.take.report.get("warnings", [])],
        }

    return command


COMMANDS: Commands = {
    "merge-takes": merge_takes,
    "split-take": split_take,
    "export-pairs": export_pairs,
    "import-pairs": import_pairs,
}
