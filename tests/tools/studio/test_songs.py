import json
import shutil

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.make.song_to_video import demo_performer
from stickdance.tools.studio.dance_work import Floor, first_dance
from stickdance.tools.studio.song_work import hear_song, heard_again, section_moved

HERE = {"Origin": "http://127.0.0.1:8765"}
HEARD = {
    "seconds": 12.0, "tempo": 120.0, "metre": 4, "beats": [each / 2 for each in range(24)],
    "downbeats": [0.0, 2.0, 4.0, 6.0, 8.0, 10.0],
    "sections": [
        {"label": "A", "start": 0.0, "end": 4.0, "chorus": False},
        {"label": "B", "start": 4.0, "end": 8.0, "chorus": True},
        {"label": "A", "start": 8.0, "end": 12.0, "chorus": False},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def listened(tmp_path_factory):
    """The folder of a song at 120 beats a minute, and what is said of it."""
    folder = tmp_path_factory.mktemp("song")
    write_song(compose(3, seconds=16, tempo=120), folder / "song")
    return folder, hear_song(folder / "song")


@pytest.fixture
def marked(tmp_path):
    (tmp_path / "heard.json").write_text(json.dumps(HEARD))
    return tmp_path


def heard(folder):
    return json.loads((folder / "heard.json").read_text())


def test_beats_are_halved_shifted_and_heard_as_before(listened):
    folder, told = listened
    before = heard(folder)
    assert (told["tempo"], told["corrected"]) == (pytest.approx(120, abs=2), False)
    assert heard_again(folder, "half") == {
        "tempo": pytest.approx(60, abs=1), "beats": "half", "corrected": True,
    }  # fmt: skip
    assert set(heard(folder)["beats"]) < set(before["beats"])
    heard_again(folder, "offbeat")
    middles = np.convolve(before["beats"], [0.5, 0.5], "valid")
    shifted = np.array(heard(folder)["beats"])
    assert np.median(np.abs(shifted[:, None] - middles).min(axis=1)) < 0.03
    assert not heard_again(folder, "")["corrected"]
    assert heard(folder) == before


@pytest.mark.parametrize(
    ("to", "begins"),
    [(6.1, 6.0), (2.76, 3.0), (0.0, 1.0), (99.0, 7.0)],
    ids=["nearest beat", "backwards", "not before two beats", "not after all but two"],
)
def test_a_section_begins_where_it_is_dragged_on_a_beat_between_its_neighbours(marked, to, begins):
    section_moved(marked, 1, to)
    sections = heard(marked)["sections"]
    assert [each["start"] for each in sections] == [0.0, begins, 8.0]
    assert [each["end"] for each in sections] == [begins, 8.0, 12.0]
    assert heard(marked)["beats"] == HEARD["beats"]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_the_first_section_begins_with_the_song_and_others_are_not_there(marked, number):
    with pytest.raises(BadInput, match="expected one from 1 to 2"):
        section_moved(marked, number, 3.0)


def test_a_dance_has_the_sections_that_people_made(listened, tmp_path):
    folder, _ = listened
    first = heard(folder)["sections"][0]
    section_moved(folder, 1, first["end"] + 1.0)
    moved = heard(folder)["sections"]
    assert moved[1]["start"] != first["end"]
    floor = Floor(tmp_path, folder / "sound.wav", demo_performer(), heard=folder / "heard.json")
    first_dance(floor, "pop", None, 0)
    seen = json.loads((tmp_path / "view.json").read_text())
    starts, ends = ([each[name] for each in moved] for name in ("start", "end"))
    assert [each["start"] for each in seen["sections"]] == pytest.approx(starts, abs=0.01)
    assert [each["end"] for each in seen["sections"]] == pytest.approx(ends, abs=0.01)


def test_a_song_is_corrected_from_its_page(client, workspace, dance, marked):
    folder = workspace.songs.path(dance["song"])
    shutil.copy(marked / "heard.json", folder)
    answer = client.post(
        f"/api/songs/{dance['song']}", json={"do": "section", "number": 2, "to": 9}, headers=HERE
    )
    assert answer.json()["corrected"]
    assert heard(folder)["sections"][2]["start"] == 9.0
    assert client.get(f"/song/{dance['song']}").status_code == 200
    assert client.get("/song/abcdef").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "beats", "to": "thrice"}, {"do": "beats", "to": 2}, {"do": "section", "to": 1.0},
        {"do": "section", "number": True, "to": 1.0}, {"do": "section", "number": 1, "to": "1"},
        {"do": "remove_all"}, {},
    ],
)  # fmt: skip
def test_a_correction_that_is_none_is_refused(client, dance, asked):
    answer = client.post(f"/api/songs/{dance['song']}", json=asked, headers=HERE)
    assert answer.status_code == 422
