import os

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.pair_list import find_pair_list, read_pair_list


def manifest(folder, text, name="pairs.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_relative_to_the_manifest_and_names_are_labels(tmp_path):
    text = "\ufeffreference,rendered,name\na b/ä.mp4,c.mp4,../ Anna\nx.png,y.png,\n"
    found = read_pair_list(manifest(tmp_path, text))
    first, second = found.jobs
    assert first.reference == tmp_path / "a b" / "ä.mp4"
    assert first.rendered == tmp_path / "c.mp4"
    assert first.name == "../ Anna"  # never a path
    assert second.name == "y.png"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.mp4", "a/../../secret.mp4", "/etc/passwd", "C:\\secret.mp4", "..\\secret.mp4",
        "\\\\host\\share\\a.mp4", "link/a.mp4", "link.mp4", " ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", [0, 1])
def test_paths_that_lead_out_are_refused_before_anything_is_read(tmp_path, path, column):
    (tmp_path / "in").mkdir()
    os.symlink("/etc", tmp_path / "in" / "link")
    os.symlink("/etc/passwd", tmp_path / "in" / "link.mp4")
    row = ["good.mp4", "good.mp4"]
    row[column] = path
    text = f"reference,rendered\ngood.mp4,good.mp4\n{','.join(row)}\n"
    with pytest.raises(BadInput, match=r"pairs\.csv: row 3: .* (leads out|through a link)"):
        read_pair_list(manifest(tmp_path / "in", text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "has the columns none"),
        ("reference,rendered\n", "lists no pairs"),
        ("a,b\nx,y\n", "expected reference, rendered"),
        ("reference,rendered,run\nx,y,rm\n", "expected reference, rendered"),
        ("reference,rendered\nx\n", "row 2: has another number of fields"),
        ("reference,rendered\nx,y,z\n", "row 2: has another number of fields"),
        ("reference,rendered,name\nx,y,a\nz,w,a\n", "row 3: the name 'a' was used before"),
        ('reference,rendered,name\nx,y,"a\nb"\n', "row 2: .* not printable"),
        ("reference,rendered\nx,\0y\n", "leads out|cannot be read"),
    ],
)
def test_other_csv_is_refused_in_one_line(tmp_path, text, reason):
    with pytest.raises(BadInput, match=reason) as caught:
        read_pair_list(manifest(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_manifest_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "pairs.csv").write_bytes(b"\xff\xfe\x00binary")
    for name in ("pairs.csv", "absent.csv"):
        with pytest.raises(BadInput, match=name):
            read_pair_list(tmp_path / name)


def test_two_folders_of_videos_are_many_pairs_by_name(tmp_path):
    for name in ("a/one.mp4", "a/two.mov", "a/ten.mp4", "b/one.webm", "b/two.npz", "b/x.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b" / "notes.txt").touch()
    found = find_pair_list(tmp_path / "a", tmp_path / "b")
    assert [job.name for job in found.jobs] == ["one", "two"]
    assert (found.missing, found.extra) == (("ten",), ("x",))


def test_a_video_may_face_a_folder_of_pictures_of_its_name(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.mp4").touch()
    (tmp_path / "b" / "one").mkdir(parents=True)
    assert len(find_pair_list(tmp_path / "a", tmp_path / "b").jobs) == 1


def test_folders_of_pictures_are_one_comparison(make_folder, noise_frames, tmp_path):
    one, other = (make_folder(name, noise_frames(1)) for name in "ab")
    assert find_pair_list(one, other) is None
    (one / "film.mp4").touch()
    with pytest.raises(BadInput, match=r"pictures \(frame_0\.png\) beside videos \(film\.mp4\)"):
        find_pair_list(one, other)


def test_an_escaped_name_is_read_as_it_was_meant(tmp_path):
    path = manifest(tmp_path, "reference,rendered,name\n'=a.mp4,b.mp4,'@one\n")
    (job,) = read_pair_list(path).jobs
    assert (job.name, job.reference.name) == ("@one", "=a.mp4")


def test_a_name_that_is_not_text_is_refused_in_one_line(tmp_path):
    for side in ("a", "b"):
        (tmp_path / side).mkdir()
        (tmp_path / side / os.fsdecode(b"\xff.mp4")).touch()
    with pytest.raises(BadInput, match=r"udcff.mp4': this name is not UTF-8; rename the file"):
        find_pair_list(tmp_path / "a", tmp_path / "b")
