"""A folder of movements and songs -> one table, and an account of what became of each.

    prepared/movement.parquet  report.json  [representations.json]  manifest.json

Movements are read, filled, resampled, taken apart and written one after another, so that memory
holds one of them. What cannot be read or used is named with its reason and left out; the folder
appears whole or not at all.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from stickdance.capture.media.audio import decode_sound
from stickdance.capture.media.images import write_png
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput, StickdanceError
from stickdance.checkpoints.manifest import result_folder
from stickdance.checkpoints.progress import tracked
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.movement import table
from stickdance.choreography.movement.cluster_averages import draw_averages
from stickdance.choreography.movement.discovery import MovementEntry, song_name
from stickdance.choreography.movement.films import DANCES, material_in
from stickdance.choreography.movement.missing import Filled, parts_with_person, without_missing
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.options import (
    PrepareOptions,
)
from stickdance.choreography.movement.paths import on_path
from stickdance.choreography.movement.song_clusters import song_clusters
from stickdance.choreography.movement.song_features import song_features
from stickdance.choreography.movement.sound import sound_of_frames
from stickdance.choreography.movement.sources import read_movement
from stickdance.choreography.movement.transform import MovementParts, apart
from stickdance.choreography.movement.windows import window_starts

KIND = "movement table"
TABLE, REPORT, REPRESENTATIONS = "movement.parquet", "report.json", "representations.json"
CLUSTERS = "song_clusters.png"
"""What is wrong with one input and leaves the others usable."""

_SHORTEST = 2  # frames of a series


@dataclass
class Account:
    """What became of a folder."""

    read: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is doubtful about films."""
    series: int = 0
    frames: int = 0


def prepare_movements(folder: Path, output: Path, options: PrepareOptions) -> dict[str, Any]:
    """Prepare a folder of movements.

    Args:
        folder: movements (files and folders) and songs, matched by name, or films with sound, whose
            dances are kept beside the output as NAME.dances.
        output: the folder to write.
        options: how.

    Returns:
        What was read and refused, and where the result lies.

    Raises:
        BadInput: options out of range, or not one movement could be used; one line.
    """
    _check(options)
    material = material_in(folder, Path(output).with_name(f"{Path(output).name}.{DANCES}"))
    entries = material.entries
    songs, refused_songs = _songs(entries, options)
    clusters, about_songs, picture = _clustered(songs, options)
    account = Account(refused=[*material.refused, *refused_songs], notes=list(material.notes))
    with result_folder(output, KIND, {"options": asdict(options)}) as temporary:
        _write_table(temporary / TABLE, entries, set(songs), clusters, options, account)
        if account.series == 0:
            reasons = "; ".join(account.refused)
            raise BadInput(f"{folder}: not one movement could be used: {reasons}")
        report = {**asdict(account), "fps": options.fps, "songs": about_songs}
        (temporary / REPORT).write_text(_json(report), encoding="utf-8")
        if picture is not None:
            write_png(temporary / CLUSTERS, picture)
        if options.compare_representations:
            rows = compare(temporary / TABLE)
            (temporary / REPRESENTATIONS).write_text(_json(rows), encoding="utf-8")
            report["representations"] = rows
    return {"written": str(Path(output) / TABLE), **report}


def compare(path: Path) -> list[dict[str, Any]]:
    """Return how well an auto-encoder learns each representation of a table's movements."""
    from stickdance.choreography.movement.auto_encoder import AutoEncoderOptions
    from stickdance.choreography.movement.representations import compared

    return compared(list(table.read_movements(path)), AutoEncoderOptions())


def _check(options: PrepareOptions) -> None:
    if not (math.isfinite(options.fps) and 1 <= options.fps <= 1000):
        raise BadInput(f"--fps {options.fps}: expected 1 to 1000 frames a second")
    if options.source.axes not in (2, 3):
        raise BadInput(f"--axes {options.source.axes}: expected 2 (picture) or 3 (space)")
    if not options.missing.longest_gap >= 0:
        raise BadInput(f"--longest-gap {options.missing.longest_gap}: expected 0 seconds or more")
    window_starts(0, options.windows)
    on_path(np.zeros((1, 3)), 1.0, options.root)


def _songs(
    entries: Sequence[MovementEntry], options: PrepareOptions
) -> tuple[list[Path], list[str]]:
    """Return the songs that can be read, and lines about those that cannot."""
    if options.without_sound:
        return [], []
    songs, refused = [], []
    for song in dict.fromkeys(entry.song for entry in entries if entry.song is not None):
        try:
            with scratch_folder() as scratch:
                decode_sound(song, scratch / "song.wav")
            songs.append(song)
        except BadInput as error:
            refused.append(_line(error))
    return songs, refused


def _clustered(
    songs: Sequence[Path], options: PrepareOptions
) -> tuple[dict[Path, int], dict[str, Any], np.ndarray | None]:
    """Return each song's cluster, how good the clusters are, and a picture of their averages."""
    if not songs:
        return {}, {"songs": 0}, None
    try:
        heard = song_features(songs, options.song_features)
        found = song_clusters(heard, options.songs)
    except StickdanceError as error:
        return {}, {"songs": len(songs), "notes": [f"not clustered: {error}"]}, None
    labels = [int(label) for label in found.labels]
    about = {"features": heard.kind, **found.described()}
    picture = draw_averages(found.averages, np.bincount(found.labels).tolist())
    return dict(zip(songs, labels, strict=True)), about, picture


def _write_table(
    path: Path,
    entries: Sequence[MovementEntry],
    songs: set[Path],
    clusters: dict[Path, int],
    options: PrepareOptions,
    account: Account,
) -> None:
    layout = _layout(options, with_sound=bool(songs))
    with parquet.ParquetWriter(path, layout.schema(), compression="zstd") as writer:
        for entry in tracked(entries, "movements", unit="file"):
            song = entry.song if entry.song in songs else None
            labels = table.Labels(
                song_name(entry.path, song) if song else None, clusters.get(song) if song else None
            )
            for filled in _usable(entry, options, account):
                movement = filled.movement
                heard = (
                    sound_of_frames(song, movement.fps, len(movement), movement.start_seconds)
                    if song
                    else None
                )
                count = 0
                for series in _series(movement, heard, options):
                    table.write_series(writer, layout, series, labels)
                    account.frames += len(series.parts.inter)
                    count += 1
                account.series += count
                account.read.append(_about(filled, count, labels))


def _layout(options: PrepareOptions, with_sound: bool) -> table.TableLayout:
    skeleton = OPENPOSE_18
    if options.without_face:
        nobody = np.zeros((1, len(skeleton), options.source.axes))
        skeleton = Movement("", nobody, 1.0, skeleton).without_face().skeleton
    return table.TableLayout(options.fps, options.source.axes, skeleton, with_sound)


def _usable(entry: MovementEntry, options: PrepareOptions, account: Account) -> Iterator[Filled]:
    """Yield the parts of a movement, filled and at the table's rate; note what is refused."""
    try:
        movement = read_movement(entry.path, entry.name, options.source)
    except BadInput as error:
        account.refused.append(_line(error))
        return
    if options.without_face:
        movement = movement.without_face()
    parts = parts_with_person(movement, options.missing.longest_gap)
    shortest = max(_SHORTEST, options.windows.window)
    for part in parts:
        try:
            filled = without_missing(part, options.missing.filling)
        except BadInput as error:
            account.refused.append(_line(error))
            continue
        moved = filled.movement.resampled(options.fps)
        if len(moved) < shortest:
            account.refused.append(
                f"{part.name}: has {len(moved)} frames at {options.fps:g} a second, a series needs "
                f"{shortest}; shorten --window, or leave it out"
            )
            continue
        yield replace(filled, movement=moved)
    if not parts:
        account.refused.append(f"{entry.path}: shows nobody")


def _series(
    movement: Movement, heard: np.ndarray | None, options: PrepareOptions
) -> Iterator[table.Series]:
    whole = apart(movement.points, movement.skeleton)
    inter = on_path(whole.inter, movement.fps, options.root)
    for start, stop in window_starts(len(movement), options.windows):
        name = f"{movement.name}@{start}" if options.windows.window else movement.name
        parts = MovementParts(whole.intra[start:stop], inter[start:stop])
        yield table.Series(name, start, parts, None if heard is None else heard[start:stop])


def _about(filled: Filled, series: int, labels: table.Labels) -> dict[str, Any]:
    movement = filled.movement
    return {
        "movement": movement.name,
        "source": movement.source,
        "seconds": round(movement.seconds, 2),
        "series": series,
        "joints_filled": filled.filled,
        "filled_otherwise": filled.otherwise,
        "song": labels.song,
        "song_cluster": labels.cluster,
    }


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
