"""The networks that dance, and their folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.retargeting.body_from_poses import Figure, measure_figure
from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.networks import shapes_of
from stickdance.choreography.learned.learning import reading_options
from stickdance.choreography.learned.music_to_dance.encoder import MusicEncoder
from stickdance.choreography.learned.music_to_dance.generators import POSE, PoseGenerator
from stickdance.choreography.learned.music_to_dance.music_frames import HEARD
from stickdance.choreography.learned.music_to_dance.options import FPS, MusicToDanceOptions
from stickdance.choreography.learned.music_to_dance.ren_generator import (
    RenGenerator,
    dances_to_noise,
    published_generator,
)
from stickdance.choreography.learned.music_to_dance.window import SIZE, window_poses

KIND = "choreographer"
_FEATURES, _FEATURES_OF_ORIGINAL = 128, 256


@dataclass(frozen=True)
class Shape:
    """The numbers that the networks are built from."""

    recurrent: str
    features: int
    initial_pose: bool
    music_features: bool
    hears_beats: bool
    code: int


def shape_of(options: MusicToDanceOptions) -> Shape:
    """Return the shape of the model that is asked for."""
    original = options.model == "original"
    return Shape(
        recurrent="gru" if original else options.model,
        features=_FEATURES_OF_ORIGINAL if original else _FEATURES,
        initial_pose=not original,
        music_features=not (original or options.without_music_features),
        hears_beats=options.hearing == "beats",
        code=options.code,
    )


class DanceGenerator(nn.Module):
    """Music encoder and pose generator."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.hears_beats, self.code = shape.hears_beats, shape.code
        heard = HEARD if shape.hears_beats else 0
        self.encoder = MusicEncoder(shape.features, shape.recurrent, heard)
        self.poses = PoseGenerator(shape.features, shape.initial_pose, shape.code, heard)

    def listen(self, samples: Tensor, heard: Tensor) -> Tensor:
        """Return music features (B, T, U) of samples (B, T, 1600) and what was heard (B, T, 12)."""
        features: Tensor = self.encoder(samples, self.told(heard))
        return features

    def forward(self, music: Tensor, heard: Tensor, initial: Tensor, code: Tensor) -> Tensor:
        """Return poses (B, T, 36) to music features, from initial poses (B, 36), by codes."""
        poses: Tensor = self.poses(music, self.told(heard), initial, code)
        return poses

    def told(self, heard: Tensor) -> Tensor:
        """Return what this generator is told of what was heard (B, T, 12): all or nothing."""
        return heard if self.hears_beats else heard[..., :0]


@dataclass(frozen=True)
class DanceModel:
    """A learned choreographer, ready to dance."""

    generator: DanceGenerator | RenGenerator
    first_pose: Tensor
    """(36,) what dances begin from, window units."""
    body: Figure
    """Whose dances they are, in pixels of the window."""
    name: str
    """For people: "gru, hears beats, code of 32"."""

    @staticmethod
    def load(folder: Path) -> "DanceModel":
        """Read what `learn music-to-dance` wrote, or Ren et al.'s generator (a .pth file).

        Raises:
            BadInput, NewerFormat: it is no choreographer, damaged, or of a newer version.
        """
        if is_published(folder):
            return _published(folder)
        model = load_model(folder, KIND)
        with reading_options(folder):
            shape = Shape(**model.options["shape"])
            body = _body_from_json(model.options["body"])
            wanted = shapes_of(lambda: DanceGenerator(shape))
        tensors = dict(model.tensors({**wanted, "first_pose": (POSE,)}))
        first = tensors.pop("first_pose")
        generator = DanceGenerator(shape)
        generator.load_state_dict(tensors)
        return DanceModel(generator.eval(), first, body, described(shape))


def is_published(path: Path) -> bool:
    """Tell by its name whether a choreographer is a file of published weights."""
    return Path(path).suffix.lower() in (".pth", ".pt")


def _published(path: Path) -> DanceModel:
    generator = published_generator(path)
    danced = dances_to_noise(generator)
    poses = window_poses(danced.numpy().reshape(len(danced), -1, 2), FPS)
    body = measure_figure(poses, str(path))
    return DanceModel(generator, danced.mean(dim=0), body, "Ren et al.'s, as published")


def described(shape: Shape) -> str:
    """Return what the model is, for people."""
    kind = shape.recurrent if shape.initial_pose else "original"
    lacking = "" if shape.music_features or not shape.initial_pose else " without music features"
    hears = "hears beats" if shape.hears_beats else "hears samples alone"
    return f"{kind}{lacking}, {hears}, {f'code of {shape.code}' if shape.code else 'no code'}"


def body_as_json(body: Figure) -> dict[str, Any]:
    """Return a body as JSON values."""
    return {
        "bones": {name: round(float(length), 3) for name, length in body.bones.items()},
        "height": round(float(body.height), 3),
        "ground": round(float(body.ground), 3),
        "centre": round(float(body.centre), 3),
    }


def _body_from_json(values: Mapping[str, Any]) -> Figure:
    bones = {str(name): float(length) for name, length in values["bones"].items()}
    height, ground, centre = (float(values[name]) for name in ("height", "ground", "centre"))
    return Figure(OPENPOSE_18, SIZE, bones, height, ground, centre)
