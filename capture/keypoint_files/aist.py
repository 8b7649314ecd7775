"""AIST++'s keypoints as NumPy arrays: in the picture, or in space and then projected.

keypoints2d is (frames, 17, 3) in pixels of 1920x1080 with confidences, or (cameras, frames, 17, 3);
keypoints3d and keypoints3d_optim are (frames, 17, 3) in centimetres, y up. 60 frames a second.

Source: google/aistplusplus_api; Li et al., "AI Choreographer" (2021). The data set itself comes as
pickles, which can run programs when they are read, so they are not; NPZ and NPY cannot.
"""

import zipfile
from pathlib import Path

import numpy as np

from stickdance.capture.keypoint_files.joint_order import skeleton_by_order
from stickdance.capture.keypoint_files.keypoints import Keypoints
from stickdance.capture.keypoint_files.numbering import LONGEST
from stickdance.capture.keypoint_files.numbers import person
from stickdance.capture.keypoint_files.projection import project
from stickdance.capture.pose.skeleton import COCO_17
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.npz_reader import PickledArray, opened_npz, read_npy
from stickdance.checkpoints.reading import check_ordinary

FPS = 60.0
SIZE = (1920, 1080)

IN_SPACE = "AIST++ 3-D"
_NAMES = ("keypoints2d", "keypoints3d_optim", "keypoints3d")
_CONVERT = (
    'where you trust the file, convert it once: python -c "import numpy, pickle, sys; '
    "numpy.savez(sys.argv[2], **pickle.Unpickler(open(sys.argv[1], 'rb')).load())\" in.pkl out.npz"
)


def refuse_pickle(path: Path) -> None:
    """Refuse a pickle, with the way to convert it."""
    raise BadInput(f"{path}: is a pickle, which can run programs and is never read; {_CONVERT}")


def read(path: Path) -> Keypoints:
    """Read an .npz or .npy file.

    Raises:
        BadInput: pickled objects inside, other arrays, another order of joints, or too large.
    """
    name, array = _array(path)
    if array.ndim not in (3, 4) or array.shape[-2:] != (17, 3) or array.dtype.kind not in "iuf":
        raise BadInput(
            f"{path}: {name} is an array of {'x'.join(map(str, array.shape))}, expected frames x "
            "17 x 3 as in AIST++"
        )
    if len(array) == 0 or array.shape[-3] > LONGEST:
        raise BadInput(f"{path}: has {array.shape[-3]} frames, expected 1 to {LONGEST}")
    notes: tuple[str, ...] = ()
    if array.ndim == 4:
        notes = (f"{len(array)} cameras; the first is taken",)
        array = array[0]
    array = array.astype(np.float64)
    if name == "keypoints2d" or (name == "" and _are_confidences(array[..., 2])):
        keypoints = _flat(array, path, notes)
    else:
        keypoints = project(array, COCO_17, FPS, IN_SPACE, notes)
    skeleton_by_order(keypoints.frames, COCO_17, str(path))
    return keypoints


def read_in_space(path: Path) -> np.ndarray:
    """Return the joints in space of keypoints3d(_optim), (frames, 17, 3) float64, y up.

    `read` judges the file before; this gives what it projects.

    Raises:
        BadInput: as `read`, or the file holds keypoints in the picture.
    """
    if read(path).kind != IN_SPACE:
        raise BadInput(f"{path}: holds keypoints in the picture, expected some in space")
    array = _array(path)[1]
    return np.asarray(array[0] if array.ndim == 4 else array, np.float64)


def _array(path: Path) -> tuple[str, np.ndarray]:
    """Return the array that is read, and its name; "" where the file has none to tell."""
    try:
        return _array_in(path)
    except BadInput as error:
        if isinstance(error.__cause__, PickledArray):
            refuse_pickle(path)
        raise


def _array_in(path: Path) -> tuple[str, np.ndarray]:
    what = "keypoints in NumPy arrays"
    check_ordinary(path)
    if not zipfile.is_zipfile(path):
        return "", read_npy(path, what)
    with opened_npz(path, what) as archive:
        for name in _NAMES:
            if name in archive.names:
                return name, archive.read(name)
        found = ", ".join(archive.names[:5])
    raise BadInput(f"{path}: holds {found}, expected one of {', '.join(_NAMES)}")


def _are_confidences(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return bool(len(known)) and bool(((known >= 0) & (known <= 1)).all())


def _flat(array: np.ndarray, path: Path, notes: tuple[str, ...]) -> Keypoints:
    people = [
        person(frame[:, :2], frame[:, 2], f"{path}: frame {number + 1}")
        for number, frame in enumerate(array)
    ]
    frames = tuple(() if one is None else (one,) for one in people)
    return Keypoints("AIST++ 2-D", COCO_17, frames, SIZE, FPS, notes)
