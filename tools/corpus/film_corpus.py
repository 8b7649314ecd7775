"""A corpus of dances that people dance in films, to the films' own sound.

    corpus/train/anna/ ...  corpus/test/ben/ ...  corpus/corpus.json

Each entry is a dance folder. A film is in one part and stays there when the command is repeated
with more films: the second usable one is kept for tests, and one of every `round(1 / test_share)`.
Films that were watched before are not watched again; those that cannot be used are named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput, UsageError, saying_why
from stickdance.checkpoints.files import write_json
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.reading import refusing
from stickdance.choreography.dance.folder import SILENT, Dance
from stickdance.choreography.movement.discovery import found_in
from stickdance.choreography.movement.films import dance_of
from stickdance.tools.corpus.corpus import ACCOUNT, check_test_share, make_room
from stickdance.tools.corpus.songs import Part, part_of_turn
from stickdance.tools.options import CorpusOptions

_OF_SONGS = ("minutes", "seed", "styles", "fps")
KIND = "corpus of films"


@dataclass(frozen=True)
class DancedFilm:
    """A film whose dance is in the corpus."""

    film: str
    """Its name within the folder of the films, without suffix."""
    part: Part
    seconds: float
    tempo: float
    """Beats a minute heard in it; 0 where no beat was."""

    @property
    def place(self) -> str:
        """Return where its dance lies within the corpus."""
        return f"{self.part}/{self.film}"


def make_film_corpus(films: Path, folder: Path, options: CorpusOptions) -> dict[str, Any]:
    """Make a corpus of films, or one larger, and return its account as JSON values.

    Args:
        films: the folder of the films.
        folder: of the corpus.
        options: of which the share for tests counts.

    Raises:
        UsageError: options that only composed songs have.
        BadInput: no such folder, no film in it can be used, or the corpus is of another kind.
        OutputFailed: the folder cannot be written.
    """
    _check(options)
    found = {
        name: film
        for name, film in found_in(films).films.items()
        if not film.resolve().is_relative_to(Path(folder).resolve())
    }
    if not found:
        raise BadInput(f"{films}: holds no films (MP4, MOV, MKV, WebM, AVI)")
    folder = Path(folder)
    with saying_why(folder):
        make_room(folder)
        danced, refused = _danced(found, folder, options, _known(folder))
        if not danced:
            raise BadInput(f"{films}: holds no film that can be used ({'; '.join(refused)})")
        account = _account(folder, danced, refused)
    return {key: value for key, value in account.items() if key != "dances"}


def _check(options: CorpusOptions) -> None:
    usual = CorpusOptions()
    for name in _OF_SONGS:
        if getattr(options, name) != getattr(usual, name):
            raise UsageError(f"--{name.removesuffix('s') if name == 'styles' else name}: is for "
                             "composed songs; leave it out with a folder of films")  # fmt: skip
    check_test_share(options)


def _known(folder: Path) -> dict[str, DancedFilm]:
    """Return the films of a corpus that was begun.

    Raises:
        BadInput: the folder holds something else.
    """
    account = folder / ACCOUNT
    if not account.is_file():
        if any(folder.iterdir()):
            raise BadInput(f"{folder}: holds other files, not a corpus; name another folder")
        write_json(account, {"kind": KIND, "dances": []}, indent=1)
    told = read_json_object(account, "the account of a corpus; make the corpus anew")
    if told.get("kind") != KIND:
        raise BadInput(f"{folder}: is a corpus of composed songs; name another folder")
    with refusing(account, "the account of a corpus"):
        films = [DancedFilm(**{n: one[n] for n in DancedFilm.__dataclass_fields__})
                 for one in told["dances"]]  # fmt: skip
    return {film.film: film for film in films}


def _danced(
    films: Mapping[str, Path], folder: Path, options: CorpusOptions, known: dict[str, DancedFilm]
) -> tuple[list[DancedFilm], list[str]]:
    """Return the films that are used, and why others are not; the account grows film by film."""
    refused: list[str] = []
    for number, (name, film) in enumerate(films.items(), 1):
        note(f"film {number} of {len(films)}: {name}")
        before = known.get(name)
        part = before.part if before else part_of_turn(len(known), options.test_share)
        try:
            known[name] = _described(name, part, _with_sound(film, folder / part / name))
        except BadInput as error:
            known.pop(name, None)
            refused.append(f"{name}: left out: {error}")
            note(refused[-1])
            continue
        _account(folder, list(known.values()), refused)
    return list(known.values()), refused


def _with_sound(film: Path, place: Path) -> Dance:
    dance = dance_of(film, place)
    if dance.manifest.get(SILENT):
        raise BadInput(f"{film}: is silent, and a corpus is of dances to music")
    return dance


def _described(name: str, part: Part, dance: Dance) -> DancedFilm:
    return DancedFilm(name, part, round(dance.poses.seconds, 2),
                      round(dance.choreography.tempo, 2))  # fmt: skip


def _account(folder: Path, danced: Sequence[DancedFilm], refused: Sequence[str]) -> dict[str, Any]:
    parts = {part: [one for one in danced if one.part == part] for part in ("train", "test")}
    account = {
        "kind": KIND,
        "corpus": str(folder),
        "minutes": round(sum(one.seconds for one in danced) / 60, 2),
        "films": len(danced),
        "parts": {part: [one.film for one in films] for part, films in parts.items()},
        "refused": list(refused),
        "dances": [{"dance": one.place, **asdict(one)} for one in danced],
    }
    write_json(folder / ACCOUNT, account, indent=1)
    return account
