"""Faults that come together: two kills in a row, two processes, another input, a jumping clock."""

import json
import os
import shutil

import pytest
from faulty_commands import COMMANDS, TOLD, clicks, tree

DIE, CALL = -1, -2
YEAR = 365 * 86400
KILLED = -9
COMPOUNDS = ("choreograph", "edit-dance", "render", "capture", "make", "evaluate", "export-pairs",
             "train", "jobs import")  # fmt: skip
QUICK = ("convert-poses to a folder", "jobs add")
READ_TWICE = {
    "listen": "song.wav", "choreograph": "song.wav", "shotlist": "song.wav", "make": "song.wav",
    "capture": "film.mp4", "evaluate": "film.mp4", "check-footage": "film.mp4",
    "convert-poses to JSON": "poses.npz", "retarget": "poses.npz", "batch": "song.wav",
}  # fmt: skip


def kill(kind, number):
    return {"kind": kind, "number": number, "deed": DIE}


def parts_of(count):
    """The first, the middle and the last of so many calls."""
    return sorted({1, (count + 1) // 2, count}) if count else []


def killed_twice(
    bench, kinds=("write", "rename", "remove", "spawn"), later=("make", "write", "remove")
):
    """Kill a command, and the one that carries on, at each kind of call; then let it be."""
    counts, times = bench.counted["counts"], 0
    for kind in kinds:
        for number in parts_of(counts[kind])[-2:]:
            for again in later:
                bench.fresh()
                bench.run(kill(kind, number))
                (second,) = bench.run(kill(again, parts_of(counts[again])[0]))["runs"]
                assert second["status"] in (KILLED, bench.status), second["err"]
                bench.check_whole(bench.run(), f"killed at {kind} {number}, then at {again} 1")
                times += 1
    return times


def beside_each_other(bench, fault=None):
    """Run a command twice at once; return the two runs, of which a fault meets the first."""
    bench.fresh()
    answer = bench.server.ask(bench.request(fault), bench.request())
    assert answer["orphans"] == []
    for run in answer["runs"]:
        assert "Traceback" not in run["err"], run["err"][-600:]
        lines = [line for line in run["err"].splitlines() if line.startswith("stickdance:")]
        wanted = (bench.status, KILLED) if fault else (bench.status,)
        if run["status"] not in wanted:  # the other one works there, or its files went meanwhile
            assert run["status"] in (1, 3, 5), run
            assert len(lines) == 1, run["err"][-600:]
    return answer["runs"]


def as_a_whole(bench, after, more=()):
    """Check that what is there is a whole result; `more` are names that may be there besides."""
    made = bench.made()
    assert bench.temporary() == [], after
    assert bench.names <= set(made), f"{after}: {sorted(bench.names - set(made))}"
    different = [name for name, digest in bench.same.items() if made[name] != digest]
    assert not different, f"{after}: other bytes in {different}"


@pytest.mark.parametrize("name", QUICK)
def test_two_processes_on_one_folder_leave_a_whole_result(name, quick, poses, bench_for):
    bench = bench_for(quick, poses, name)
    runs = beside_each_other(bench)
    assert any(run["status"] == bench.status for run in runs)
    as_a_whole(bench, "two at once")


def test_a_kill_while_recovering_is_recovered_from(quick, poses, bench_for):
    bench = bench_for(quick, poses, "convert-poses to a folder")
    assert killed_twice(bench, ("write", "rename"), ("remove",)) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPOUNDS)
def test_a_kill_while_recovering_is_recovered_from_by_any(name, warm, material, bench_for):
    bench = bench_for(warm, material, name)
    if "FAULTS_FEW" in os.environ:
        assert killed_twice(bench, ("write", "rename", "spawn"), ("write",)) >= 4
    else:
        killed_twice(bench)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPOUNDS)
def test_two_processes_of_any_command_leave_a_whole_result(name, warm, material, bench_for):
    bench = bench_for(warm, material, name)
    runs = beside_each_other(bench)
    if name == "jobs import":  # the folder is there already for the second
        assert sorted(run["status"] for run in runs)[0] == 0
        return
    if not any(run["status"] == bench.status for run in runs):
        bench.run()
    as_a_whole(bench, "two at once")
    for kind in ("write", "rename"):
        number = parts_of(bench.counted["counts"][kind])[-1]
        beside_each_other(bench, kill(kind, number))
        bench.check_whole(bench.run(), f"one of two killed at {kind} {number}")


@pytest.mark.slow
@pytest.mark.parametrize("name", READ_TWICE)
def test_another_input_half_way_is_refused_or_wholly_taken(
    name, warm, material, bench_for, tmp_path
):
    bench, given = bench_for(warm, material, name), READ_TWICE[name]
    other = another(given, material, tmp_path)
    place = bench.folder / "work" / given
    bench.fresh()
    shutil.copyfile(other, place)
    (run,) = bench.run()["runs"]
    of_other = bench.made() if run["status"] == bench.status else {}
    for kind in ("make", "write"):
        for number in parts_of(bench.counted["counts"][kind]):
            bench.fresh()
            shutil.copyfile(other, bench.folder / "other")
            fault = kill(kind, number) | {"deed": CALL, "input": given}
            fault["with"] = str(bench.folder / "other")
            answer = bench.run(fault)
            after = json.dumps(fault)
            made, (run,) = bench.made(), answer["runs"]
            assert "Traceback" not in run["err"], f"{after}: {run['err'][-600:]}"
            assert answer["orphans"] == run["open"] == [], after
            assert bench.temporary() == [], after
            if run["status"] != bench.status:
                lines = [each for each in run["err"].splitlines() if TOLD.match(each)]
                assert len(lines) == 1, f"{after}: {run['err'][-600:]}"
                continue
            unlike = {key for key in bench.same if made.get(key) != bench.same[key]}
            unlike_other = {key for key in bench.same if made.get(key) != of_other.get(key)}
            assert not unlike or not unlike_other, f"{after}: {unlike}, {unlike_other}"


def another(name, material, folder):
    """Another file of the same kind."""
    if name == "song.wav":
        clicks(folder / name, 7.0)
    elif name == "film.mp4":
        shutil.copyfile(material / "video.mp4", folder / name)
    else:
        from faulty_commands import walking

        walking(9).save(folder / name)
    return folder / name


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_clock_that_jumps_changes_no_result(name, warm, material, bench_for):
    bench = bench_for(warm, material, name)
    for looks, seconds in ((0, -30 * YEAR), (3, 20 * YEAR), (20, -3600), (60, 86400)):
        bench.fresh()
        answer = bench.run({"kind": "clock", "number": looks, "deed": seconds})
        after = f"the clock jumps by {seconds} s after {looks} looks"
        if answer["runs"][0]["status"] == bench.status:
            bench.check_whole(answer, after)
        else:  # a certificate that is not valid in such a year
            bench.check_refused(answer, after, (5,))


@pytest.mark.slow
@pytest.mark.parametrize("name", ("choreograph", "capture", "export-pairs"))
def test_an_older_result_is_never_lost(name, warm, material, bench_for):
    """A kill while it is replaced leaves it, or the new one."""
    bench = bench_for(warm, material, name)
    bench.fresh()
    bench.run()
    older = tree(bench.folder / "work")
    for kind in ("rename", "remove"):
        for number in parts_of(bench.counted["counts"][kind]):
            bench.run(kill(kind, number))
            bench.check_whole(bench.run(), f"an older result replaced, killed at {kind} {number}")
    assert set(tree(bench.folder / "work")) == set(older)
