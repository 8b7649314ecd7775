import json

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.dance.folder import KIND
from stickdance.tools.corpus import film_corpus
from stickdance.tools.corpus.corpus import ACCOUNT, make_corpus
from stickdance.tools.corpus.film_corpus import make_film_corpus
from stickdance.tools.options import CorpusOptions

HALF = CorpusOptions(test_share=0.5)


class Film:
    """What stands for a dance that was watched."""

    def __init__(self, silent=False):
        self.manifest = {"silent": silent}
        self.poses = PoseSequence(np.zeros((50, 18, 2)), np.ones((50, 18)), 25.0, (64, 64),
                                  OPENPOSE_18)  # fmt: skip
        self.choreography = type("Plan", (), {"tempo": 120.0})()


@pytest.fixture
def films(tmp_path, monkeypatch):
    """Five films: one of nobody, one without sound."""
    seen = []

    def watch(film, place):
        seen.append((film.stem, place.parent.name))
        if "nobody" in film.stem:
            raise BadInput(f"{film}: a person was found in 0 of 75 frames")
        if not place.exists():
            with result_folder(place, KIND, {}):
                pass
        return Film(silent="quiet" in film.stem)

    monkeypatch.setattr(film_corpus, "dance_of", watch)
    folder = tmp_path / "films"
    folder.mkdir()
    for name in ("anna", "ben", "carl", "nobody", "quiet"):
        (folder / f"{name}.mp4").write_bytes(b"film")
    return folder, seen


def test_good_films_are_split_and_every_bad_one_is_named(films, tmp_path):
    told = make_film_corpus(films[0], tmp_path / "corpus", HALF)
    assert told["parts"] == {"train": ["anna", "carl"], "test": ["ben"]}
    assert told["films"] == 3 and told["minutes"] == pytest.approx(0.1)
    assert [line.split(":")[0] for line in told["refused"]] == ["nobody", "quiet"]
    assert "is silent, and a corpus is of dances to music" in told["refused"][1]


def test_a_film_stays_in_its_part_when_others_come(films, tmp_path):
    folder, seen = films
    make_film_corpus(folder, tmp_path / "corpus", HALF)
    (folder / "aaron.mp4").write_bytes(b"film")
    seen.clear()
    told = make_film_corpus(folder, tmp_path / "corpus", HALF)
    assert told["parts"] == {"train": ["anna", "carl"], "test": ["ben", "aaron"]}
    assert ("ben", "test") in seen and ("aaron", "test") in seen
    account = json.loads((tmp_path / "corpus" / ACCOUNT).read_text())
    assert {one["dance"] for one in account["dances"]} == {
        "train/anna", "train/carl", "test/ben", "test/aaron",
    }  # fmt: skip


def test_a_folder_without_a_usable_film_names_all_of_them(films, tmp_path):
    for name in ("anna", "ben", "carl"):
        (films[0] / f"{name}.mp4").unlink()
    with pytest.raises(BadInput, match=r"no film that can be used \(nobody: .*; quiet: "):
        make_film_corpus(films[0], tmp_path / "corpus", HALF)


def test_a_corpus_of_songs_and_one_of_films_are_not_mixed(films, tmp_path):
    make_film_corpus(films[0], tmp_path / "corpus", HALF)
    with pytest.raises(BadInput, match="is a corpus of films; name another folder"):
        make_corpus(tmp_path / "corpus", CorpusOptions())
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / ACCOUNT).write_text('{"kind": "corpus", "options": {}, "dances": []}')
    with pytest.raises(BadInput, match="is a corpus of composed songs"):
        make_film_corpus(films[0], tmp_path / "songs", HALF)


def test_options_of_composed_songs_are_refused_with_films(films, tmp_path):
    with pytest.raises(UsageError, match="--style: is for composed songs"):
        make_film_corpus(films[0], tmp_path / "corpus", CorpusOptions(styles=("calm",)))
