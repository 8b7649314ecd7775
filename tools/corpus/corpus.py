"""A corpus of dances to learn from: composed songs, danced by the rules in several styles.

    corpus/train/0000_pop_83bpm/ ...  corpus/test/0009_calm_127bpm/ ...  corpus/corpus.json

Each entry is a dance folder as `stickdance choreograph` writes it. No song is in both parts, every
style is. Finished dances are kept when the command is repeated, also with more minutes. The beats
in a plan are those that were heard, as with any song; `corpus.json` says how true they are.
"""

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.checkpoints.errors import BadInput, OutputFailed, saying_why
from stickdance.checkpoints.files import check_writable, write_json
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import MANIFEST, read_manifest
from stickdance.checkpoints.progress import Work
from stickdance.checkpoints.reading import refusing
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.dance.folder import KIND, Dance
from stickdance.choreography.evaluation.metrics import TOLERANCE, share_near
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.styles import STYLES
from stickdance.tools.corpus.songs import CorpusEntry, entries
from stickdance.tools.demo.song.compose import ComposedSong, compose, write_song
from stickdance.tools.options import CorpusOptions

ACCOUNT = "corpus.json"
_LARGEST_ACCOUNT = 64 << 20


@dataclass(frozen=True)
class DancedSong:
    """An entry of a corpus that is on the disk."""

    entry: CorpusEntry
    seconds: float
    heard_tempo: float
    beats_true: float | None
    """Share of the beats heard that lie within 0.07 s of a composed one."""


def make_corpus(folder: Path, options: CorpusOptions) -> dict[str, Any]:
    """Make a corpus, or make one longer, and return its account as JSON values.

    Raises:
        BadInput: an option is out of range, or the folder holds a corpus of other options.
        OutputFailed: the folder cannot be written.
    """
    options = replace(options, styles=tuple(dict.fromkeys(options.styles)) or tuple(STYLES))
    _check(options)
    folder = Path(folder)
    with saying_why(folder):
        make_room(folder)
        known = _begun(folder, options)
        danced = _danced(folder, options, known)
        account = _account(folder, options, danced)
        write_json(folder / ACCOUNT, account, indent=1)
    return {key: value for key, value in account.items() if key != "dances"}


def _check(options: CorpusOptions) -> None:
    if not 0 < options.minutes < 1e5:
        raise BadInput(f"--minutes {options.minutes:g}: expected more than 0")
    check_test_share(options)
    if not (math.isfinite(options.fps) and 1 <= options.fps <= 240):
        raise BadInput(f"--fps {options.fps:g}: expected 1 to 240")
    if not 0 <= options.seed < 10_000:
        raise BadInput(f"--seed {options.seed}: expected 0 to 9999")


def check_test_share(options: CorpusOptions) -> None:
    """Refuse a share for tests that is none, or more than half.

    Raises:
        BadInput: as said.
    """
    if not 0 < options.test_share <= 0.5:
        raise BadInput(f"--test-share {options.test_share:g}: expected more than 0, at most 0.5")


def make_room(folder: Path) -> None:
    """Make the folder of a corpus, and clear what a process left that was killed as it began.

    Raises:
        OutputFailed: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileNotFoundError, NotADirectoryError, FileExistsError) as error:
        raise OutputFailed(f"{folder}: cannot be made ({error.strerror})") from None
    check_writable(folder / ACCOUNT)


def _begun(folder: Path, options: CorpusOptions) -> dict[int, DancedSong]:
    """Return the songs danced already; write down what the corpus is where it is new."""
    account = folder / ACCOUNT
    if not account.is_file():
        if folder.exists() and any(folder.iterdir()):
            raise BadInput(f"{folder}: holds other files, not a corpus; name another folder")
        write_json(
            folder / ACCOUNT,
            {"kind": "corpus", "options": _identity(options), "dances": []},
            indent=1,
        )
        return {}
    what = "the account of a corpus; make the corpus anew"
    told = read_json_object(account, what, largest=_LARGEST_ACCOUNT)
    if "options" not in told and told.get("kind") != "corpus":
        raise BadInput(f"{folder}: is a {told.get('kind')!s:.40}; name another folder")
    with refusing(account, what):
        before = dict(told["options"])
        dances = {int(one["number"]): _as_danced(one) for one in told["dances"]}
    for name, value in _identity(options).items():
        if before.get(name) != value:
            raise BadInput(
                f"{folder}: is a corpus with --{name.replace('_', '-')} {before.get(name)}, asked "
                f"was {value}; keep to it, or name another folder"
            )
    return dances


def _identity(options: CorpusOptions) -> dict[str, Any]:
    """Return what must stay the same when a corpus goes on."""
    values = json.loads(json.dumps(asdict(options)))
    del values["minutes"]
    return dict(values)


def _danced(folder: Path, options: CorpusOptions, known: dict[int, DancedSong]) -> list[DancedSong]:
    """Return all songs of the corpus, danced until there are enough; it never grows shorter."""
    minutes = 0.0
    songs = entries(options.seed, options.styles, options.test_share)
    with Work("corpus", options.minutes, "min") as work:
        for entry in songs:
            if minutes >= options.minutes and entry.number >= 2 * len(options.styles):
                break
            earlier = known.get(entry.number)
            known[entry.number] = _dance(folder, entry, options, earlier)
            minutes += known[entry.number].seconds / 60
            work.reach(round(minutes, 1))
            if earlier is not known[entry.number]:
                write_json(folder / ACCOUNT, _account(folder, options, _in_order(known)), indent=1)
    return _in_order(known)


def _in_order(known: dict[int, DancedSong]) -> list[DancedSong]:
    return [known[number] for number in sorted(known)]


def _dance(
    folder: Path, entry: CorpusEntry, options: CorpusOptions, known: DancedSong | None
) -> DancedSong:
    """Return an entry, danced now unless it lies there whole."""
    to = folder / entry.part / entry.name
    if known is not None and _is_whole(to):
        return known
    song = compose(
        entry.seed, seconds=entry.seconds, tempo=entry.tempo, metre=entry.metre, sway=entry.sway,
        bridge=entry.bridge,
    )  # fmt: skip
    how = ChoreographyOptions(fps=options.fps, seed=entry.seed, style=entry.style, preview=False)
    with scratch_folder() as scratch:
        mono = replace(song, samples=song.samples.mean(axis=1, keepdims=True))
        path = write_song(mono, scratch / f"{entry.name}.wav")
        dance = music_to_poses(path, to, how)
    return _described(entry, dance, song)


def _is_whole(dance: Path) -> bool:
    try:
        read_manifest(dance, KIND)
    except BadInput:
        shutil.rmtree(dance, ignore_errors=True)
        return False
    return True


def _described(entry: CorpusEntry, dance: Dance, song: ComposedSong) -> DancedSong:
    heard = np.array(dance.choreography.beats)
    inside = heard[(heard >= song.beats[0] - TOLERANCE) & (heard <= song.beats[-1] + TOLERANCE)]
    near = share_near(inside, song.beats, TOLERANCE)
    return DancedSong(
        entry,
        round(dance.poses.seconds, 2),
        round(dance.choreography.tempo, 2),
        None if near is None else round(near, 4),
    )


def _as_danced(told: dict[str, Any]) -> DancedSong:
    own = {name: told[name] for name in ("seconds", "heard_tempo", "beats_true")}
    entry = {name: told[name] for name in CorpusEntry.__dataclass_fields__ if name != "seconds"}
    return DancedSong(CorpusEntry(**entry, seconds=told["asked_seconds"]), **own)


def _as_told(one: DancedSong) -> dict[str, Any]:
    entry = asdict(one.entry)
    asked = entry.pop("seconds")
    return {
        "dance": f"{one.entry.part}/{one.entry.name}", **entry, "asked_seconds": asked,
        "seconds": one.seconds, "heard_tempo": one.heard_tempo, "beats_true": one.beats_true,
    }  # fmt: skip


def _account(folder: Path, options: CorpusOptions, danced: Sequence[DancedSong]) -> dict[str, Any]:
    tempos = [one.entry.tempo for one in danced]
    true = [one.beats_true for one in danced if one.beats_true is not None]
    return {
        "kind": "corpus",
        "corpus": str(folder),
        "minutes": _minutes(danced),
        "songs": len(danced),
        "parts": {part: _part(danced, part) for part in ("train", "test")},
        "tempos": {"slowest": min(tempos), "fastest": max(tempos)},
        "waltzes": sum(one.entry.metre == 3 for one in danced),
        "beats_true": round(float(np.mean(true)), 4) if true else None,
        "megabytes": round(_bytes(folder) / 1e6, 1),
        "options": _identity(options),
        "dances": [_as_told(one) for one in danced],
    }


def _part(danced: Sequence[DancedSong], part: str) -> dict[str, Any]:
    inside = [one for one in danced if one.entry.part == part]
    styles = dict.fromkeys(sorted({one.entry.style for one in inside}), 0)
    for one in inside:
        styles[one.entry.style] += 1
    return {"minutes": _minutes(inside), "songs": len(inside), "styles": styles}


def _minutes(danced: Sequence[DancedSong]) -> float:
    return round(sum(one.seconds for one in danced) / 60, 2)


def _bytes(folder: Path) -> int:
    manifests = folder.glob(f"*/*/{MANIFEST}")
    return sum(file.stat().st_size for one in manifests for file in one.parent.iterdir())
