"""What slow work answered, kept on disk while a take is made: one that was stopped carries on.

A capture that was stopped begins again, but whoever asks a network, or cuts a person out, gets the
answer that is kept in place of the work. All that follows from answers is computed again: it is
quick, has the state that it would have, and comes to the same bytes.

    .NAME.pieces/about.json         what the answers are about: footage, options, versions
    .NAME.pieces/people/000012.npz  answers in the order in which they were asked for, each with
                                    what it was asked of; a piece is written whole or not at all

They go when the take is there, and are not used for other footage, options or versions.
"""

import json
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file, write_json
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.npz_reader import read_npz
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.reading import refusing
from stickdance.checkpoints.stopping import resumable

PIECE = 100
"""Answers in a piece."""
_ABOUT, _WHAT = "about.json", "a piece of a capture that was stopped"
_SPARSE = 8  # every so many rows and columns of a picture tell it from others
T = TypeVar("T")


class KeptWork:
    """The answers of one capture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answers(self, name: str, *classes: type) -> "Answers":
        """Return the answers of one kind of work.

        Args:
            name: of the work.
            classes: dataclasses that its answers are made of.
        """
        return Answers(self._folder / name, classes)

    def is_begun(self) -> bool:
        """Return whether anything is kept."""
        return any(self._folder.glob("*/*.npz"))


@contextmanager
def kept_work(result: Path, about: Mapping[str, Any]) -> Iterator[KeptWork]:
    """Give what an earlier run of this very capture left; it stays where the block is stopped.

    Args:
        result: the folder to be, which nobody else makes meanwhile.
        about: JSON values that decide every answer; work of another capture is removed.
    """
    folder = result.with_name(f".{result.name}.pieces")
    _begin(folder, json.loads(json.dumps({**about, "stickdance": metadata.version("stickdance")})))
    work, stopped = KeptWork(folder), False
    try:
        with resumable(work.is_begun):
            yield work
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        stopped = work.is_begun()
        raise
    finally:
        if not stopped:
            shutil.rmtree(folder, ignore_errors=True)


def _begin(folder: Path, about: Mapping[str, Any]) -> None:
    with suppress(BadInput):
        if read_json_object(folder / _ABOUT, _WHAT) == about:
            return
    shutil.rmtree(folder, ignore_errors=True)
    write_json(folder / _ABOUT, about)


class Answers:
    """Answers of one kind of work, which asks in the same order each time; used by one thread."""

    def __init__(self, folder: Path, classes: tuple[type, ...] = ()) -> None:
        self._folder, self._classes = folder, {each.__name__: each for each in classes}
        self._frame = self._number = self._at = 0
        self._records = self._read(0)

    @property
    def frames(self) -> int:
        """Return how many frames the pieces on disk are about."""
        last = max((int(path.stem) for path in self._folder.glob("*.npz")), default=None)
        try:
            arrays = {} if last is None else read_npz(self._path(last), _WHAT, wanted=("frames",))
            return int(arrays["frames"]) if arrays else 0
        except (BadInput, KeyError, TypeError, ValueError):
            return 0

    def tell(self, doing: str) -> None:
        """Note how far an earlier run came, if there was one."""
        if frames := self.frames:
            note(f"{doing}: continued at frame {frames}")

    def next_frame(self) -> None:
        """Note that what is asked from now on is about the next frame."""
        self._frame += 1

    def __call__(self, picture: np.ndarray, about: object, answer: Callable[[], T]) -> T:
        """Return what is kept of an answer, else what `answer` returns, which is kept.

        Args:
            picture: uint8 (height, width, ...) that is asked of.
            about: what else; its `repr` tells it from others.
            answer: does the work, and depends on these two alone.
        """
        asked = f"{zlib.crc32(picture[::_SPARSE, ::_SPARSE].tobytes()):08x} {about!r}"
        if self._at == PIECE:
            self._number, self._at = self._number + 1, 0
            self._records = self._read(self._number)
        if self._at < len(self._records):
            kept, data = self._records[self._at]
            if kept == asked:
                self._at += 1
                found: T = _unpacked(data, self._classes)
                return found
            del self._records[self._at :]  # of another run: what comes after is not ours either
        value = answer()
        self._records.append((asked, _packed(value)))
        self._at += 1
        if self._at == PIECE:
            self._write()
        return value

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}.npz"

    def _write(self) -> None:
        data = b"".join(data for _, data in self._records)
        ends = np.cumsum([len(data) for _, data in self._records])
        with whole_file(self._path(self._number)) as temporary:
            np.savez(
                temporary,
                asked=np.array([asked for asked, _ in self._records]),
                data=np.frombuffer(data, np.uint8),
                ends=ends,
                frames=np.array(self._frame),
            )

    def _read(self, number: int) -> list[tuple[str, bytes]]:
        path = self._path(number)
        if not path.is_file():
            return []
        try:
            with refusing(path, _WHAT):
                arrays = read_npz(path, _WHAT, wanted=("asked", "data", "ends"))
                data, ends = arrays["data"].tobytes(), arrays["ends"].tolist()
                parts = [data[a:b] for a, b in zip([0, *ends], ends, strict=False)]
                return list(zip(arrays["asked"].tolist(), parts, strict=True))
        except BadInput:
            return []  # damaged: the work is done again


def asking(answers: Answers | None, name: str, work: Callable[..., T]) -> Callable[..., T]:
    """Return `work`, of a picture and more, with its answers kept; as it is where none are."""
    if answers is None:
        return work

    def asked(picture: np.ndarray, *more: Any) -> T:
        return answers(picture, (name, *more), lambda: work(picture, *more))

    return asked


def _packed(value: Any) -> bytes:
    """Return a value as compressed bytes: JSON of its structure, and the bytes of its arrays."""
    arrays: list[np.ndarray] = []
    text = json.dumps(_told(value, arrays)).encode()
    parts = [len(text).to_bytes(4, "little"), text, *(each.tobytes() for each in arrays)]
    return zlib.compress(b"".join(parts), 1)


def _unpacked(data: bytes, classes: Mapping[str, type]) -> Any:
    data = zlib.decompress(data)
    start = 4 + int.from_bytes(data[:4], "little")
    return _built(json.loads(data[4:start]), data, classes, [start])


def _told(value: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, np.ndarray | np.generic):  # a number of NumPy's keeps its precision
        array = np.ascontiguousarray(value).reshape(np.shape(value))
        arrays.append(array)
        scalar = isinstance(value, np.generic)
        return {"array": [array.dtype.str, list(array.shape), scalar]}
    if is_dataclass(value):
        told = {each.name: _told(getattr(value, each.name), arrays) for each in fields(value)}
        return {"is": type(value).__name__, "fields": told}
    if isinstance(value, Mapping):
        return {"mapping": {name: _told(each, arrays) for name, each in value.items()}}
    if isinstance(value, tuple | list):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_told(each, arrays) for each in value]}
    return value


def _built(told: Any, data: bytes, classes: Mapping[str, type], at: list[int]) -> Any:
    """Return what was told; `at` is the place of the next array's bytes."""
    if not isinstance(told, dict):
        return told
    if "array" in told:
        kind, shape, scalar = told["array"]
        count = int(np.prod(shape))
        array = np.frombuffer(data, kind, count, at[0]).reshape(shape).copy()
        at[0] += array.nbytes
        return array[()] if scalar else array
    if "is" in told:
        values = {name: _built(each, data, classes, at) for name, each in told["fields"].items()}
        return classes[told["is"]](**values)
    if "mapping" in told:
        return {name: _built(each, data, classes, at) for name, each in told["mapping"].items()}
    ((kind, parts),) = told.items()
    built = [_built(each, data, classes, at) for each in parts]
    return tuple(built) if kind == "tuple" else built
