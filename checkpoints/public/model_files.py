"""Networks of pose estimators as files: which there are, and where on this computer they are found.

A file is looked for, in this order, in the folder that `STICKDANCE_MODELS` names, in the user's
cache, and in a mediapipe that is installed. It is used only when its SHA-256 is the one known here.
Nothing is fetched here; `model_packages` does that when a person asks.

Source: the files of mediapipe 0.10.21 as published (Apache-2.0).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.public.public_weights import PublicWeights, State

FOLDER_VARIABLE = "STICKDANCE_MODELS"
"""The environment variable that names a folder of model files."""

PACKAGE = "mediapipe"
VERSION = "0.10.21"
"""The last release whose wheel holds the models."""


@dataclass(frozen=True)
class ModelFile:
    """One TensorFlow Lite file of the package."""

    member: str
    """Its path in the package's folder `modules`."""
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """Return its name on disk."""
        return self.member.rpartition("/")[2]

    def places(self) -> Iterator[Path]:
        """Yield where it may lie, in the order in which it is looked for."""
        for folder in own_folders():
            yield folder / self.name
        if (installed := _installed()) is not None:
            yield installed / self.member

    def state(self) -> tuple[Path, State]:
        """Return where it is found, or would be put, and whether it is the known one.

        A file of another mediapipe is passed over; a wrong one in a folder of ours is not.
        """
        for path in self.places():
            if path.is_file():
                if sha256(path) == self.sha256:
                    return path, "here"
                if path.parent in own_folders():
                    return path, "damaged"
        return models_folder() / self.name, "absent"


@dataclass(frozen=True)
class PackagedModels:
    """Model files that come together, out of one published package."""

    name: str
    title: str
    purpose: str
    licence: str
    address: str
    """In words, for it comes by a package manager."""
    files: tuple[ModelFile, ...]

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def path(self) -> Path:
        """Return the folder where they lie, or would lie."""
        place = next((path for path in self.files[0].places() if path.is_file()), None)
        return models_folder() if place is None else place.parent

    @property
    def remedy(self) -> str:
        """Return in words how to get them."""
        return f"`stickdance models get {self.name}` fetches them ({self.bytes / 1e6:.0f} MB)"

    def glance(self) -> State:
        """Return whether all files are here; they are small enough to be read."""
        return self.state()

    def state(self) -> State:
        """Return whether all files are here and have the right SHA-256."""
        states = {file.state()[1] for file in self.files}
        return next(state for state in ("damaged", "absent", "here") if state in states)

    def checked(self, name: str) -> Path:
        """Return the path of one of the files, after reading it for its digest.

        Raises:
            WeightsAbsent: it is not here, or it is another file.
        """
        file = next(file for file in self.files if file.name == name)
        path, state = file.state()
        if state == "absent":
            raise WeightsAbsent(
                f"{self.title}: its model {name} is not here; {self.remedy}, or put it into a "
                f"folder that {FOLDER_VARIABLE} names"
            )
        if state == "damaged":
            raise WeightsAbsent(
                f"{self.title}: {path} is damaged or another file, for its SHA-256 is not "
                f"{file.sha256[:8]}...; {self.remedy} anew"
            )
        return path


BLAZEPOSE = PackagedModels(
    "blazepose",
    "BlazePose",
    "poses with --estimator blazepose, the default; hands and faces",
    "Apache-2.0",
    f"the wheel of {PACKAGE} {VERSION}, by pip or uv (36 MB)",
    (
        ModelFile(
            "pose_detection/pose_detection.tflite",
            2_959_046,
            "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        ),
        ModelFile(
            "pose_landmark/pose_landmark_full.tflite",
            6_440_512,
            "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        ),
        ModelFile(
            "palm_detection/palm_detection_full.tflite",
            2_339_846,
            "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
        ),
        ModelFile(
            "hand_landmark/hand_landmark_full.tflite",
            5_478_917,
            "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
        ),
        # face_landmark_with_attention needs operations that only mediapipe itself has.
        ModelFile(
            "face_landmark/face_landmark.tflite",
            1_242_398,
            "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        ),
        ModelFile(
            "face_detection/face_detection_short_range.tflite",
            229_714,
            "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        ),
        ModelFile(
            "iris_landmark/iris_landmark.tflite",
            2_640_568,
            "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
        ),
        ModelFile(
            "selfie_segmentation/selfie_segmentation.tflite",
            249_505,
            "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
        ),
    ),
)
"""What BlazePose, and hands and faces, are computed with."""


def own_folders() -> tuple[Path, ...]:
    """Return the folders of model files that are ours, the one looked at first at first."""
    named = os.environ.get(FOLDER_VARIABLE)
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stickdance/models"
    return (Path(named), cached) if named else (cached,)


def models_folder() -> Path:
    """Return the folder that model files are put into."""
    return own_folders()[0]


def in_own_folders(name: str) -> Path:
    """Return where a file lies in the folders that are ours, or would be put."""
    paths = [folder / name for folder in own_folders()]
    return next((path for path in paths if path.is_file()), paths[0])


BLAZEPOSE_HEAVY = PublicWeights(
    "blazepose-heavy",
    "BlazePose's larger network",
    "poses with --estimator blazepose-heavy; a second look where BlazePose is unsure",
    "Apache-2.0",
    "https://storage.googleapis.com/mediapipe-assets/pose_landmark_heavy.tflite",
    "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
    27_709_200,
    place=in_own_folders,
    npm_package="@mediapipe/pose@0.5.1675469404",
)
"""The landmark network that is slower by four times, and surer."""


@cache
def _installed() -> Path | None:
    """Return the folder of an installed mediapipe's models; nothing of it is imported."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "modules"
