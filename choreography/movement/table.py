"""One table of all movements: a row a frame, a column a number, as Parquet.

    series, time_idx, start_frame, song, song_cluster   which series, frame within it, ...
    left_hip_x/y(/z)                                    inter-movement, float64
    nose_r, nose_sin, nose_cos(, nose_z), ...           intra-movement, float32
    sound_centroid, ...                                 of the song, null where there is none

Frame rate, joints, axes and units are in the file's own metadata, under `stickdance`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import parse_json
from stickdance.checkpoints.reading import check_ordinary, refusing
from stickdance.choreography.movement import sound
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.transform import (
    MovementParts,
    inter_columns,
    intra_columns,
    together,
)

KEY = b"stickdance"
_WHAT = "a table of movements; make one with stickdance movement prepare"


@dataclass(frozen=True)
class TableLayout:
    """What the columns of a table are."""

    fps: float
    axes: int
    skeleton: Skeleton
    with_sound: bool

    @property
    def inter(self) -> list[str]:
        """Return the columns of the inter-movement."""
        return inter_columns(self.axes)

    @property
    def intra(self) -> list[str]:
        """Return the columns of the intra-movement."""
        return intra_columns(self.skeleton, self.axes)

    @property
    def sound(self) -> list[str]:
        """Return the columns of the song's sound."""
        return list(sound.COLUMNS) if self.with_sound else []

    def schema(self) -> pa.Schema:
        """Return the Parquet schema, metadata included."""
        fields = [
            pa.field("series", pa.string()),
            pa.field("time_idx", pa.int64()),
            pa.field("start_frame", pa.int64()),
            pa.field("song", pa.string()),
            pa.field("song_cluster", pa.int64()),
            *(pa.field(name, pa.float64()) for name in self.inter),
            *(pa.field(name, pa.float32()) for name in [*self.intra, *self.sound]),
        ]
        about = {
            "fps": self.fps,
            "axes": self.axes,
            "skeleton": self.skeleton.name,
            "joints": list(self.skeleton.joints),
            "bones": [list(bone) for bone in self.skeleton.bones],
            "reference": "left_hip",
            "unit": "body heights, y up",
        }
        return pa.schema(fields, metadata={KEY: json.dumps(about)})


@dataclass(frozen=True)
class Series:
    """One movement, or one window of it."""

    name: str
    """Unique in the table."""
    start_frame: int
    """Where in its movement it begins."""
    parts: MovementParts
    heard: np.ndarray | None
    """(frames, 33) what its song sounds like, NaN after its end; None without a song."""


@dataclass(frozen=True)
class Labels:
    """What a movement's song is."""

    song: str | None
    cluster: int | None


def write_series(
    writer: parquet.ParquetWriter, layout: TableLayout, series: Series, labels: Labels
) -> None:
    """Append one series, a row group, to a table whose writer has `layout.schema()`."""
    parts, heard = series.parts, series.heard
    frames = len(parts.inter)
    columns: dict[str, Any] = {
        "series": [series.name] * frames,
        "time_idx": np.arange(frames),
        "start_frame": np.full(frames, series.start_frame),
        "song": [labels.song] * frames,
        "song_cluster": [labels.cluster] * frames,
    }
    columns |= dict(zip(layout.inter, parts.inter.T, strict=True))
    columns |= dict(zip(layout.intra, parts.intra.reshape(frames, -1).T, strict=True))
    if layout.with_sound:
        values = np.full((frames, len(layout.sound)), np.nan) if heard is None else heard
        columns |= dict(zip(layout.sound, values.T, strict=True))
    schema = layout.schema()
    # From pandas' point of view NaN is null: a frame without sound, never a missing joint.
    arrays = [pa.array(columns[field.name], field.type, from_pandas=True) for field in schema]
    writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def layout_of(path: Path) -> TableLayout:
    """Return what the columns of a table are.

    Raises:
        BadInput: no such file, or not a table of movements.
    """
    check_ordinary(path)
    try:
        schema = parquet.read_schema(path)
        told = (schema.metadata or {})[KEY]
        about = parse_json(told, str(path), "a table of movements")
        joints = tuple(about["joints"])
        bones = tuple((str(a), str(b)) for a, b in about["bones"])
        layout = TableLayout(
            float(about["fps"]),
            int(about["axes"]),
            Skeleton(str(about["skeleton"]), joints, bones, tuple((255, 255, 255) for _ in bones)),
            sound.COLUMNS[0] in schema.names,
        )
    except (OSError, ValueError, KeyError, TypeError, BadInput, pa.ArrowException) as error:
        raise BadInput(
            f"{path}: is no table of movements ({' '.join(str(error).split())[:80]}); make one "
            "with stickdance movement prepare"
        ) from None
    lacking = sorted({*layout.inter, *layout.intra, "series", "time_idx"} - {*schema.names})
    if lacking:
        raise BadInput(f"{path}: lacks the columns {', '.join(lacking[:5])}; make it again")
    return layout


def read_movements(path: Path) -> Iterator[Movement]:
    """Give the movements of a table one after another, back from intra- and inter-movement.

    Raises:
        BadInput: not a table of movements.
    """
    layout = layout_of(path)
    wanted = ["series", *layout.inter, *layout.intra]
    with refusing(path, _WHAT), parquet.ParquetFile(path) as file:
        groups = file.num_row_groups
    for group in range(groups):
        with refusing(path, _WHAT), parquet.ParquetFile(path) as file:
            movement = _movement_of(file.read_row_group(group, columns=wanted), layout)
        yield movement


def _movement_of(rows: pa.Table, layout: TableLayout) -> Movement:
    inter = np.stack([rows[name].to_numpy() for name in layout.inter], axis=1).astype(np.float64)
    intra = np.stack([rows[name].to_numpy() for name in layout.intra], axis=1).astype(np.float64)
    parts = MovementParts(intra.reshape(len(rows), len(layout.skeleton) - 1, -1), inter)
    return Movement(
        str(rows["series"][0].as_py()), together(parts, layout.skeleton), layout.fps,
        layout.skeleton, "table",
    )  # fmt: skip
