import json
import shutil

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import write_manifest
from stickdance.choreography.learned.genre.items import digest_of, labelled_items, split_items


def dance(folder, style, song, poses):
    """A folder that says of itself what a dance's says."""
    folder.mkdir(parents=True)
    poses.save(folder / "poses.npz")
    (folder / "choreography.json").write_text("{}")
    (folder / "song.wav").write_text(song)
    write_manifest(folder, "dance", {"options": {"style": style}})


def test_the_folder_around_tells_the_genre(dances):
    items = labelled_items(dances, "auto")
    assert [item.genre for item in items] == ["fast"] * 6 + ["slow"] * 6
    assert not any(item.generated or item.from_preset for item in items)


def test_a_dances_style_tells_where_no_folder_does(tmp_path, swinging_dancer):
    dance(tmp_path / "one", "groove", "a", swinging_dancer("slow", 0, 1.0))
    dance(tmp_path / "waltz" / "two", "pop", "b", swinging_dancer("slow", 1, 1.0))
    assert [item.genre for item in labelled_items(tmp_path, "auto")] == ["groove", "waltz"]
    styles = labelled_items(tmp_path, "style")
    assert [item.genre for item in styles] == ["groove", "pop"]
    assert all(item.generated and item.from_preset for item in styles)
    with pytest.raises(BadInput, match="does not tell its genre"):
        labelled_items(tmp_path, "folder")


def test_no_song_is_in_two_parts(tmp_path, swinging_dancer):
    for style in ("pop", "calm"):
        for song in range(6):
            for take in range(2):
                poses = swinging_dancer("slow", song, 1.0)
                dance(tmp_path / f"{style}{song}{take}", style, f"song {style} {song}", poses)
    split = split_items(tmp_path, "auto", 0.2, 0)
    parts = [split.fit, split.validation, split.test]
    songs = [{item.song for item in part} for part in parts]
    assert sum(map(len, parts)) == 24
    assert not (songs[0] & songs[1] or songs[0] & songs[2] or songs[1] & songs[2])
    assert all({item.genre for item in part} == {"pop", "calm"} for part in parts)
    assert split_items(tmp_path, "auto", 0.2, 0) == split
    assert split_items(tmp_path, "auto", 0.2, 1) != split


def test_folders_train_and_test_are_the_split(tmp_path, dances):
    shutil.copytree(dances, tmp_path / "train")
    for genre in ("fast", "slow"):
        (tmp_path / "test" / genre).mkdir(parents=True)
        shutil.copytree(dances / genre / "dance0", tmp_path / "test" / genre / "other")
    split = split_items(tmp_path, "auto", 0.15, 0)
    assert [item.name for item in split.test] == ["fast/other", "slow/other"]
    assert len(split.fit) + len(split.validation) == 12


def test_a_song_in_both_train_and_test_is_refused(tmp_path, swinging_dancer):
    for part in ("train", "test"):
        for style in ("pop", "calm"):
            poses = swinging_dancer("slow", 0, 1.0)
            dance(tmp_path / part / style, style, f"the song of {style}", poses)
    with pytest.raises(BadInput, match="danced to a song of train"):
        split_items(tmp_path, "style", 0.15, 0)


def test_what_cannot_be_learnt_from_is_refused_in_one_line(tmp_path, dances):
    with pytest.raises(BadInput, match="found none"):
        split_items(tmp_path / "nowhere", "auto", 0.15, 0)
    with pytest.raises(BadInput, match="holds no dances"):
        split_items(tmp_path, "auto", 0.15, 0)
    shutil.copytree(dances / "slow", tmp_path / "slow")
    with pytest.raises(BadInput, match="holds one genre"):
        split_items(tmp_path, "auto", 0.15, 0)


def test_a_changed_dance_is_another_digest(tmp_path, swinging_dancer):
    dance(tmp_path / "one", "groove", "a", swinging_dancer("slow", 0, 1.0))
    before = digest_of(labelled_items(tmp_path, "auto"))
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text())
    manifest["seed"] = 1
    (tmp_path / "one" / "manifest.json").write_text(json.dumps(manifest))
    assert digest_of(labelled_items(tmp_path, "auto")) != before
