"""What a performer's folder holds, read and checked piece by piece."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.images import read_picture
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import SKELETONS, Skeleton
from stickdance.capture.pose.stick_figure import StickStyle
from stickdance.checkpoints.errors import BadInput, StickdanceError
from stickdance.checkpoints.folder import WEIGHTS, ModelFolder
from stickdance.checkpoints.reading import refusing
from stickdance.checkpoints.tensors import same_shapes
from stickdance.synth.appearance.appearance import Appearance
from stickdance.synth.compute.array_types import Bytes

PLATE, BODY, CURVES, SCORES = "plate.png", "body.json", "curves.json", "scores.json"
ROOM = "room.png"
_KEYS = {"generator", "numbers", "size", "crop", "skeleton", "style", "training"}
SHADOW = "shadow"
_LARGEST_SIDE = 4096
_MAY_LACK = ("appearance.points", "appearance.depth")  # joints that were not seen are NaN
_FARTHEST = 16  # sides of the footage that a view may go beyond it


def fill_generator(
    generator: nn.Module, model: ModelFolder, sees_appearance: bool, size: tuple[int, int]
) -> Appearance | None:
    """Give a generator its weights, and return the appearance where it looks at one.

    Raises:
        BadInput: tensors are missing, foreign, of another shape, or no appearance.
    """
    path, shapes = model.path / WEIGHTS, model.shapes
    wanted = {f"generator.{name}": tuple(t.shape) for name, t in generator.state_dict().items()}
    rest = {name for name in shapes if name.startswith("appearance.")} if sees_appearance else set()
    same_shapes({name: shapes[name] for name in shapes.keys() - rest}, wanted, path)
    tensors = model.tensors(may_lack=_MAY_LACK)
    mine = {
        name.removeprefix("generator."): t.float() for name, t in tensors.items() if name in wanted
    }
    generator.load_state_dict(mine, assign=True)
    return _appearance(tensors, rest, path, size) if sees_appearance else None


def _appearance(
    tensors: Mapping[str, Tensor], names: set[str], path: Path, size: tuple[int, int]
) -> Appearance:
    arrays = {name.removeprefix("appearance."): tensors[name].numpy() for name in names}
    try:
        appearance = Appearance.from_tensors(arrays)
    except (KeyError, ValueError, TypeError, IndexError, StickdanceError) as error:
        raise BadInput(f"{path}: its appearance cannot be used ({error!s:.100})") from None
    if appearance.size != size:
        raise BadInput(f"{path}: its appearance is of size {appearance.size}, expected {size}")
    return appearance


def view_of(options: Mapping[str, Any], path: Path) -> tuple[Framing, Skeleton, StickStyle]:
    """Return what part of the footage is painted, whose joints are drawn, and how.

    Raises:
        BadInput: the options are not those of a performer.
    """
    if unknown := sorted((options.keys() - {SHADOW}) ^ _KEYS):
        raise BadInput(f"{path}: {unknown[0]!r:.60} is missing or unknown")
    try:
        width, height = options["size"]
        left, top, right, bottom = (float(share) for share in options["crop"])
        fits = -_FARTHEST < left < right < _FARTHEST and -_FARTHEST < top < bottom < _FARTHEST
        sides = all(type(side) is int and 0 < side <= _LARGEST_SIDE for side in (width, height))
        objects = all(isinstance(options[key], dict) for key in ("numbers", "style", "training"))
        if not (fits and sides and objects and isinstance(options["generator"], str)):
            raise ValueError("a value is out of range")
        drawn = {each.name for each in fields(StickStyle)}
        if options["style"].keys() not in (drawn, drawn - {"fine"}):  # earlier versions had no fine
            raise ValueError("the stick style has other fields")
        style = StickStyle(**{name: float(value) for name, value in options["style"].items()})
        if not all(0 <= value <= 1 for value in asdict(style).values()):
            raise ValueError("the stick style is not in shares of 0 to 1")
        if not isinstance(options["training"].get("warnings", []), list):
            raise ValueError("the training's warnings are no list")
        skeleton = SKELETONS[options["skeleton"]]
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise BadInput(f"{path}: not the options of a performer ({error!s:.80})") from None
    return Framing((width, height), (left, top, right, bottom)), skeleton, style


def shadow_of(options: Mapping[str, Any], path: Path) -> CastShadow | None:
    """Return the shadow that a performer casts; those of earlier versions cast none.

    Raises:
        BadInput: the options hold something else.
    """
    values = options.get(SHADOW)
    if values is None:
        return None
    with refusing(path, "a performer's shadow"):
        return CastShadow.from_json(values)


def room_and_body(
    folder: Path, size: tuple[int, int], skeleton: Skeleton
) -> tuple[Bytes, BodyProfile]:
    """Return the plate, uint8 RGB, and the body profile of a performer of `size`.

    Raises:
        BadInput: one of them cannot be read or is of another size.
    """
    plate, body = read_picture(folder / PLATE), BodyProfile.load(folder / BODY)
    if plate.shape != (size[1], size[0], 3):
        raise BadInput(f"{folder / PLATE}: has shape {plate.shape}, expected size {size}")
    if body.size != size or body.skeleton != skeleton:
        raise BadInput(f"{folder / BODY}: is for frames of {body.size}, expected {size}")
    return plate, body


def large_room(folder: Path, size: tuple[int, int]) -> Bytes | None:
    """Return the plate at the size of videos, uint8 RGB, where it is larger than what is painted.

    Raises:
        BadInput: it cannot be read, or is smaller than `size` (width, height).
    """
    path = folder / ROOM
    if not path.is_file():
        return None
    room: Bytes = read_picture(path)
    height, width = room.shape[:2]
    if width < size[0] or height < size[1] or max(width, height) > _LARGEST_SIDE:
        raise BadInput(
            f"{path}: is {width}x{height}, expected at least the {size[0]}x{size[1]} of what is "
            f"painted, and no side over {_LARGEST_SIDE}"
        )
    return room


def curves_of(model: ModelFolder) -> dict[str, list[tuple[float, float]]]:
    """Return the (minutes, value) points of every loss by name.

    Raises:
        BadInput: the file holds something else.
    """
    curves = model.json(CURVES) or {}
    with refusing(model.path / CURVES, "curves of losses"):
        return {
            str(name): [(float(x), float(y)) for x, y in points] for name, points in curves.items()
        }
