"""A teacher: a trained performer whose pictures another generator learns from, beside the photos.

What it paints of a sample holds nothing that the pose does not determine, as photos do, so a
student of few weights gets a target that it can reach (distillation: Hinton et al., 2015; of
generators by their pictures: Li et al., CVPR 2020). The teacher itself learns nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.capture.pose.stick_figure import FINE_STYLE
from stickdance.checkpoints.errors import UsageError
from stickdance.checkpoints.folder import WEIGHTS, load_model
from stickdance.synth.generators.catalog import GENERATORS
from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.recipe import TEACHER
from stickdance.synth.generators.temporal import recalls
from stickdance.synth.performer.performer import KIND, Performer
from stickdance.synth.training.losses import matte_loss, structure_loss


@dataclass(frozen=True)
class Teacher:
    """Says how far a student is from what a trained generator paints of the same samples."""

    generator: nn.Module = field(repr=False)
    """Frozen, where the training computes."""
    digest: str
    """SHA-256 of its weights."""

    def losses(self, painted: Painted, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the student's losses by name, those of `TEACHER`, not weighted.

        Args:
            painted: what the student painted.
            batch: of `TakeDataset`, what it painted it from.
        """
        wanted = self.paint(batch)
        return {
            f"{TEACHER}l1": F.l1_loss(painted.picture.float(), wanted.picture),
            f"{TEACHER}structure": structure_loss(painted.picture, wanted.picture),
            f"{TEACHER}matte": matte_loss(painted.matte, wanted.matte),
        }

    def paint(self, batch: Mapping[str, Tensor]) -> Painted:
        """Return what the teacher paints of a batch, float32, as constants."""
        with torch.inference_mode():
            painted = self.generator(
                batch["stick"], batch["warped"], batch["plate"], head=batch.get("head")
            )
        # Copies made out here may be kept for a student's backward pass.
        return Painted(painted.picture.float().clone(), painted.matte.float().clamp(0, 1).clone())


def teacher_from(
    folder: Path, take: str, size: tuple[int, int] | None, device: torch.device
) -> Teacher:
    """Return a performer's generator as a teacher.

    Args:
        folder: the performer.
        take: the digest of the take that the student trains on (`preparation.digest`).
        size: (width, height) of the student's pictures.
        device: where the training computes.

    Raises:
        BadInput: no whole performer, or one that was changed.
        UsageError: it paints another take, at another size, or cannot paint the samples.
    """
    actor = Performer.load(folder, str(device.type))
    _check(actor, take, size)
    files: Mapping[str, Any] = load_model(folder, KIND).manifest["files"]
    return Teacher(actor.generator.to(device), str(files[WEIGHTS]["sha256"]))


def _check(actor: Performer, take: str, size: tuple[int, int] | None) -> None:
    kind, where = GENERATORS[actor.generator_name], f"--teacher {actor.path}"
    if not (kind.sees_appearance and kind.paints_matte) or recalls(actor.generator):
        found = "looks at its frame before" if recalls(actor.generator) else "paints whole frames"
        raise UsageError(
            f"{where}: {actor.generator_name} {found} and cannot paint single samples; "
            "take one trained with --generator compact and --temporal off"
        )
    if actor.training.get("identity", {}).get("take") != take:
        raise UsageError(f"{where}: was trained on another take; take one trained on this take")
    if actor.size != size:
        width, height = actor.size
        raise UsageError(
            f"{where}: paints {width}x{height}, expected {'x'.join(map(str, size or ()))}; "
            f"add --size {width}x{height}"
        )
    if actor.style != FINE_STYLE:
        raise UsageError(
            f"{where}: was trained on stick figures of another style; train it again with this "
            "version"
        )
