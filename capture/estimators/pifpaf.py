"""openpifpaf: everybody's 17 joints, bottom-up; an optional package under the AGPL.

Its official checkpoints carry the beginning of their SHA-256 in their name; a checkpoint of one's
own is named with its hash. A file with another hash is refused before it is opened, and then only
what networks are made of is let out of it (see `stickdance.capture.estimators.trusted`).

Source: Kreiss, Bertoni, Alahi, "OpenPifPaf: Composite Fields for Semantic Keypoint Detection and
Spatio-Temporal Association" (2021); openpifpaf 0.13.11.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.estimators.trusted import trusted_classes
from stickdance.capture.pose.skeleton import COCO_17
from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS, weights_folder

RECIPE = (
    "`make pifpaf` installs it (AGPL; builds for some minutes), or run openpifpaf elsewhere and "
    "give what its --json-output wrote with --estimator replay --poses"
)

_DEFAULT = "shufflenetv2k16"
_NAMED_HASH = re.compile(r"-([0-9a-f]{8,64})\.(?:pkl|pth|pt)$")
_LEAST_DIGITS = 16  # of a hash that a user gives


class PifPaf:
    """Finds everybody in a frame.

    Confidence is openpifpaf's own; it is 0 where a joint was not found.
    """

    name = "pifpaf"
    skeleton = COCO_17

    def __init__(self, checkpoint: str = _DEFAULT) -> None:
        """Find and check the checkpoint; nothing is fetched.

        Args:
            checkpoint: the name of an official one, or `FILE@SHA256` for one's own.

        Raises:
            BadInput: no such checkpoint, or its hash is not the one expected.
            MissingDependency: openpifpaf is not installed, or the checkpoint is not here.
        """
        self._library = _library()
        self._file = _checked(checkpoint or _DEFAULT, self._library)

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate per frame; see `PoseEstimator`."""
        predictor = None
        for frame in frames:
            predictor = predictor or _predictor(self._library, self._file)
            found, _, _ = predictor.numpy_image(np.ascontiguousarray(frame))
            people = (_person(one.data) for one in found)
            yield FrameEstimate(tuple(one for one in people if one is not None))


def _library() -> Any:
    try:
        import openpifpaf
    except (ImportError, AttributeError, OSError) as error:
        # A newer matplotlib lacks what openpifpaf asks it for: an AttributeError.
        raise MissingDependency(f"openpifpaf cannot be used ({error!s:.120}); {RECIPE}") from error
    return openpifpaf


def _checked(checkpoint: str, library: Any) -> Path:
    """Return the file of a checkpoint, its hash compared."""
    name, at, digits = checkpoint.rpartition("@")
    if at:
        return _own(Path(name), digits.lower())
    known = {key: url for key, url in library.CHECKPOINT_URLS.items() if isinstance(url, str)}
    if checkpoint not in known:
        if Path(checkpoint).exists():
            raise BadInput(
                f"{checkpoint}: a checkpoint of one's own needs its hash: pifpaf:FILE@SHA256; "
                f"that of this file is {sha256(Path(checkpoint))}, if you trust it"
            )
        raise BadInput(
            f"pifpaf checkpoint {checkpoint!r} is unknown; known: {', '.join(sorted(known))}"
        )
    return _official(known[checkpoint])


def _own(file: Path, digits: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]+", digits) or not _LEAST_DIGITS <= len(digits) <= 64:
        raise BadInput(
            f"pifpaf:{file}@{digits[:70]}: expected {_LEAST_DIGITS} to 64 hexadecimal digits of "
            "its SHA-256 after the @"
        )
    if not file.is_file():
        raise BadInput(f"{file}: no such file, expected a checkpoint of openpifpaf")
    return _compared(file, digits)


def _official(url: str) -> Path:
    """Return the file of an official checkpoint."""
    title = url.rpartition("/")[2]
    named = _NAMED_HASH.search(title)
    if named is None:
        raise BadInput(f"{title}: the name of this checkpoint has no hash, so it is not loaded")
    file = weights_folder() / title
    if not file.is_file():
        known = PUBLIC_WEIGHTS["pifpaf"]
        way = known.remedy if known.path == file else f"download {url} and put it at {file}"
        raise MissingDependency(f"openpifpaf: its weights {title} are not here; {way}")
    return _compared(file, named[1])


def _compared(file: Path, digits: str) -> Path:
    found = sha256(file)
    if not found.startswith(digits):
        raise BadInput(
            f"{file}: has the SHA-256 {found[: len(digits)]}, expected {digits}; it is damaged or "
            "another file, and is not loaded; fetch it again"
        )
    return file


def _predictor(library: Any, file: Path) -> Any:
    import torch

    quiet = getattr(torch.ops.openpifpaf, "set_quiet", None)
    if quiet is not None:
        quiet(True)  # its decoder tells of its buffers on stdout, where results are printed
    with trusted_classes(file, library):
        return library.Predictor(checkpoint=str(file))


def _person(joints: np.ndarray) -> Person | None:
    """Return openpifpaf's (17, 3) of x, y, confidence as a person."""
    if joints.shape != (len(COCO_17), 3):
        raise BadInput(
            f"this checkpoint of openpifpaf gives {len(joints)} joints, expected {len(COCO_17)}; "
            "choose one for people (cocokp)"
        )
    there = joints[:, 2] > 0
    if not there.any():
        return None
    return Person(
        np.where(there[:, None], joints[:, :2], np.nan).astype(np.float32),
        np.where(there, joints[:, 2], 0).clip(0, 1).astype(np.float32),
    )
