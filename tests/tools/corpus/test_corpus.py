import json
import shutil

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.plan.styles import STYLES
from stickdance.tools.corpus.corpus import ACCOUNT, make_corpus, make_room
from stickdance.tools.corpus.songs import FASTEST, SLOWEST, entries
from stickdance.tools.options import CorpusOptions

TWO = CorpusOptions(minutes=0.1, styles=("calm", "sharp"), fps=10.0)


def some(seed=0, count=80, styles=tuple(STYLES), test_share=0.15):
    endless = entries(seed, styles, test_share)
    return [next(endless) for _ in range(count)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus") / "dances"
    return folder, make_corpus(folder, TWO)


def test_what_a_kill_left_at_the_very_first_file_is_no_foreign_file(tmp_path):
    workshop = tmp_path / "dances" / f".{ACCOUNT}.partial"
    workshop.mkdir(parents=True)
    (workshop / f"new.{ACCOUNT}").write_text("{")
    make_room(tmp_path / "dances")
    assert list((tmp_path / "dances").iterdir()) == []


def test_every_style_is_in_both_parts_and_no_song_is_in_two():
    found = some()
    for part in ("train", "test"):
        assert {entry.style for entry in found if entry.part == part} == set(STYLES)
    assert len({entry.seed for entry in found}) == len(found)


def test_about_the_share_that_was_asked_for_is_held_out():
    held_out = [entry.part == "test" for entry in some(count=700, test_share=0.2)]
    assert np.mean(held_out) == pytest.approx(0.2, abs=0.01)


def test_tempos_are_spread_over_their_range_in_every_style():
    found = some(count=160)
    for style in STYLES:
        tempos = [entry.tempo for entry in found if entry.style == style]
        counts, _ = np.histogram(tempos, 4, (SLOWEST, FASTEST))
        assert counts.min() >= 3, style


def test_songs_differ_in_metre_length_and_form():
    found = some()
    assert {entry.metre for entry in found} == {3, 4}
    assert {entry.bridge for entry in found} == {True, False}
    assert min(e.seconds for e in found) < 45 and max(e.seconds for e in found) > 65


def test_a_longer_corpus_begins_like_a_shorter_one():
    assert some(count=10) == some(count=20)[:10]
    assert some(seed=1, count=10) != some(count=10)


def test_entries_are_dances_of_the_style_that_their_name_tells(made):
    folder, account = made
    assert account["songs"] == 4 and account["minutes"] > 2
    for path in (*folder.glob("train/*"), *folder.glob("test/*")):
        dance = Dance.load(path)
        assert f"_{dance.manifest['options']['style']}_" in path.name
        assert dance.sound.channels == 1 and dance.poses.fps == 10


def test_the_account_tells_what_is_there(made):
    folder, account = made
    told = json.loads((folder / ACCOUNT).read_text())
    assert [one["dance"] for one in told["dances"]] == [
        f"{path.parent.name}/{path.name}"
        for path in sorted(folder.glob("*/*"), key=lambda path: path.name)
    ]
    assert account["parts"]["test"]["styles"] == {"calm": 1, "sharp": 1}
    on_disk = sum(file.stat().st_size for file in folder.glob("*/*/*"))
    assert account["megabytes"] == pytest.approx(on_disk / 1e6, abs=0.1)
    assert account["beats_true"] > 0.9


def test_repeating_keeps_what_is_finished_and_makes_again_what_is_damaged(made, tmp_path):
    folder = shutil.copytree(made[0], tmp_path / "dances")
    first, second = sorted(folder.glob("train/*"))
    before = (first / "manifest.json").stat().st_mtime_ns
    poses = (second / "poses.npz").read_bytes()
    (second / "poses.npz").unlink()
    make_corpus(folder, TWO)
    assert (first / "manifest.json").stat().st_mtime_ns == before
    assert (second / "poses.npz").read_bytes() == poses


def test_a_corpus_of_other_options_is_not_mixed_with(made):
    with pytest.raises(BadInput, match="--fps"):
        make_corpus(made[0], CorpusOptions(minutes=0.1, styles=("calm", "sharp")))


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BadInput, match="other files"):
        make_corpus(tmp_path, TWO)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (CorpusOptions(minutes=0), "--minutes"),
        (CorpusOptions(test_share=0.9), "--test-share"),
        (CorpusOptions(fps=float("nan")), "--fps"),
        (CorpusOptions(seed=-1), "--seed"),
    ],
)
def test_options_out_of_range_are_named(options, named, tmp_path):
    with pytest.raises(BadInput, match=named):
        make_corpus(tmp_path / "new", options)
    assert not (tmp_path / "new").exists()
