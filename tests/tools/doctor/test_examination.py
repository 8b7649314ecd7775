import json
import os
import subprocess
import sys
import textwrap
from importlib import metadata
from types import SimpleNamespace

import pytest

from stickdance.tools import cli
from stickdance.tools.doctor import devices, examination, media, packages, room, timing
from stickdance.tools.doctor.finding import Finding, looked_at
from stickdance.tools.memory_limits import MemoryLimit

QUICK = {
    "torch": "2.14.0, torchvision 0.29.0",
    "devices": {"cpu": ["2 threads", 50.0]},
    "estimate": {"seconds": {"capture": 100.0, "train": 300.0}, "bytes": 1.3e9},
    "busy": None,
}


@pytest.fixture
def quick(monkeypatch):
    """The process that times answers at once, with what it told here before."""
    line = f"print({json.dumps(json.dumps(QUICK))})"
    monkeypatch.setattr(devices, "_WORDS", ("-c", line))


def found(look, **of):
    return [
        each
        for each in looked_at("part", look, True, "mend it")
        if vars(each).items() >= of.items()
    ]


def state_of(look):
    (only,) = {each.state for each in looked_at("part", look, True, "mend it")}
    return only


def program(tmp_path, text):
    """A program of the shell."""
    path = tmp_path / "ffmpeg"
    path.write_text("#!/bin/sh\n" + textwrap.dedent(text), encoding="utf-8")
    path.chmod(0o755)
    return path


def with_ffmpeg(monkeypatch, path):
    from stickdance.capture.media import ffmpeg

    monkeypatch.setattr(ffmpeg, "program", lambda: str(path))


def test_every_finding_that_is_not_fine_names_what_mends_it(quick):
    result = examination.examined()
    assert all(each["remedy"] for each in result["findings"] if each["state"] != "fine")
    assert {each["part"] for each in result["findings"]} >= {"Python", "ffmpeg", "torch", "memory"}
    assert result["table"].splitlines()[-1].startswith("The main job can")


def test_something_essential_that_is_missing_is_exit_status_4(quick, monkeypatch):
    monkeypatch.setattr(packages, "NEWEST", (3, 10))
    result = examination.examined()
    assert (result["ready"], result["exit_status"]) == (False, 4)
    assert "Python" in result["missing"]


def test_what_a_look_raises_is_a_line_after_what_it_had_found():
    def look():
        yield Finding("first", "fine", "well")
        raise SystemError("broken\nfor good")

    first, second = looked_at("second", look, True, "mend it")
    assert (first.part, second.part) == ("first", "second")
    assert (second.state, second.told, second.remedy) == (
        "wrong",
        "SystemError: broken for good",
        "mend it",
    )


def test_a_package_that_is_absent_or_too_old_is_named(monkeypatch):
    wanted = ["numpy>=99", "no-such-package>=1", "pytest>=9999; extra == 'test'"]
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    (line,) = found(packages.packages, state="wrong")
    assert "no-such-package is not installed" in line.told
    assert f"numpy {metadata.version('numpy')} is here, expected numpy>=99" in line.told
    (extra,) = found(packages.extras, state="absent")
    assert (extra.part, extra.remedy) == ("extra test", "pip install 'stickdance[test]'")


def test_ffmpeg_that_is_not_there_is_wrong(monkeypatch, tmp_path):
    with_ffmpeg(monkeypatch, tmp_path / "nowhere")
    (line,) = found(media.ffmpeg)
    assert (line.state, line.remedy) == ("wrong", "mend it")


def test_ffmpeg_without_an_encoder_that_is_needed_is_wrong(monkeypatch, tmp_path):
    with_ffmpeg(monkeypatch, program(tmp_path, "echo ' V....D libx265   H.265'"))
    (line,) = found(media.ffmpeg, state="wrong")
    assert "was built without" in line.told
    assert "libx264" in line.told


def test_ffmpeg_that_lists_all_and_encodes_nothing_is_wrong(monkeypatch, tmp_path):
    names = " ".join(name for names in media._NEEDED.values() for name in names)
    text = f"""\
        case "$*" in
        *lavfi*) echo broken; exit 1;;
        *) for name in {names}; do echo " V....D $name   text"; done;;
        esac
        """
    with_ffmpeg(monkeypatch, program(tmp_path, text))
    (line,) = found(media.ffmpeg, state="wrong")
    assert "cannot encode and decode: broken" in line.told
    assert any(each.part == "ffmpeg's libvmaf" for each in found(media.ffmpeg, state="absent"))


def test_our_own_ffmpeg_encodes_and_decodes():
    assert found(media.ffmpeg, part="ffmpeg")[0].state == "fine"


def test_a_path_without_programs_has_no_voice_and_no_browser(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert state_of(media.browser) == state_of(media.voice) == "absent"


def test_a_browser_on_the_path_is_found(monkeypatch, tmp_path):
    program(tmp_path, "").rename(tmp_path / "chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert state_of(media.browser) == "fine"


def test_no_fonts_leave_latin_letters(monkeypatch):
    monkeypatch.setattr("stickdance.synth.rendering.fonts.font_files", lambda letters: [])
    assert state_of(media.fonts) == "absent"


def test_a_machine_without_models_is_told_what_gets_them(monkeypatch, tmp_path):
    from stickdance.tools.doctor import models

    for variable in ("HOME", "XDG_CACHE_HOME", "TORCH_HOME", "STICKDANCE_MODELS"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr("stickdance.checkpoints.public.model_files._installed", lambda: None)
    needed = found(models.models, state="wrong")
    assert [each.remedy for each in needed] == ["stickdance models get blazepose"]
    (tmp_path / "pose_detection.tflite").write_bytes(b"damaged")
    (damaged,) = found(models.models, state="wrong")
    assert damaged.told.startswith("damaged")


@pytest.mark.parametrize(
    ("limit", "free", "state"),
    [(1.5e9, 1.4e9, "wrong"), (8e9, 1e9, "absent"), (8e9, 6e9, "fine"), (None, None, "fine")],
)
def test_memory_that_is_too_little_is_told(monkeypatch, limit, free, state):
    there = None if limit is None else MemoryLimit(limit, "ulimit -v")
    monkeypatch.setattr(room, "memory_limit", lambda: there)
    monkeypatch.setattr(room, "memory_free", lambda: free)
    assert state_of(room.memory) == state


def test_a_full_disk_is_wrong(monkeypatch):
    monkeypatch.setattr(room, "LEAST_DISK", float("inf"))
    assert state_of(room.disk) == "wrong"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_wrong(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o500)
    assert found(room.folders, part="writing here")[0].state == "wrong"


def test_a_folder_that_refuses_is_wrong_and_one_only_for_models_is_not(monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(room.tempfile, "TemporaryFile", refuse)
    states = {each.part: each.state for each in found(room.folders)}
    assert (states["writing here"], states["writing models"]) == ("wrong", "absent")


@pytest.mark.parametrize(
    ("program", "told", "remedy"),
    [
        ("import os; os.abort()", "crashed", "pip install"),
        ("raise SystemExit('operator torchvision::nms does not exist')", "nms", "together"),
        ("raise SystemExit('libtorch.so: failed to map segment')", "map", "more memory"),
        ("print('no JSON')", "JSONDecodeError", "mend it"),
    ],
)
def test_a_torch_that_breaks_its_process_is_a_line(monkeypatch, program, told, remedy):
    monkeypatch.setattr(devices, "_WORDS", ("-c", program))
    timing = devices.Timing()
    (line,) = looked_at("torch", timing.findings, True, "mend it")
    assert line.state == "wrong"
    assert told in line.told
    assert remedy in line.remedy


def test_a_torch_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(devices, "_WORDS", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(devices, "_SECONDS", 0.2)
    timing = devices.Timing()
    (line,) = looked_at("torch", timing.findings, True, "mend it")
    assert "no answer" in line.told
    assert line.state == "absent"  # it may be well: a busy machine takes as long
    assert timing._process.poll() is not None


def test_devices_and_the_estimate_are_told(monkeypatch):
    lines = {each.part: each for each in devices.told_of(QUICK)}
    assert "paints 50 pictures" in lines["device cpu"].told
    assert "estimate: 7 min (capture 2 min, train 5 min" in lines["a minute of video"].told
    broken = QUICK | {"devices": {"cpu": ["2 threads", "no kernel"]}, "estimate": None}
    assert [each.state for each in devices.told_of(broken)] == ["fine", "wrong"]


def test_a_busy_machine_is_told_beside_the_estimate_for_one_at_rest(monkeypatch):
    monkeypatch.setattr(timing.os, "getloadavg", lambda: (9.0, 9.0, 9.0), raising=False)
    monkeypatch.setattr(timing.os, "cpu_count", lambda: 2)
    last = list(devices.told_of(QUICK | {"busy": timing._busy()}))[-1]
    assert last.told.startswith("estimate: 7 min ")
    assert last.told.endswith("busy, as now: 9 programs want to run on 2 processors")
    monkeypatch.setattr(timing.os, "getloadavg", lambda: (2.0, 9.0, 9.0), raising=False)
    assert timing._busy() is None
    assert "busy" not in list(devices.told_of(QUICK))[-1].told


@pytest.mark.parametrize(("device", "pace"), [("cpu", 100.0), ("cuda", 10.0)])
def test_a_processor_is_not_judged_by_the_time_that_it_waits_for_others(monkeypatch, device, pace):
    clock, used = iter([0.0, 1.0]), iter([0.0, 0.2])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(timing.time, "process_time", lambda: next(used))
    monkeypatch.setattr(timing.torch, "get_num_threads", lambda: 8)
    performer = SimpleNamespace(frames=lambda poses: range(10))
    assert timing._round(performer, None, device) == pytest.approx(pace)


def test_a_memory_limit_below_the_estimate_is_told(monkeypatch):
    monkeypatch.setattr(devices, "memory_limit", lambda: MemoryLimit(1e9, "ulimit -v"))
    last = list(devices.told_of(QUICK))[-1]
    assert last.state == "absent"
    assert "there are 1.0 by ulimit -v" in last.told


def test_it_works_where_no_package_can_be_imported(tmp_path):
    code = """
        import sys
        class Nothing:
            def find_spec(self, name, path=None, target=None):
                broken = ("tyro", "numpy", "torch", "PIL", "tqdm", "imageio_ffmpeg", "packaging")
                if name.split(".")[0] in broken:
                    raise ImportError(f"{name} is broken")
        sys.meta_path.insert(0, Nothing())
        from stickdance.tools.doctor import devices
        devices._WORDS = ("-c", "import sys; sys.exit('torch is broken')")
        from stickdance.tools.cli import main
        main(["doctor", "--json"])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (4, "")
    missing = json.loads(done.stdout)["missing"]
    assert {"ffmpeg", "torch"} <= set(missing)


def test_flags_that_it_does_not_have_are_a_usage_error(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["doctor", "--quick"])
    assert left.value.code == 2
