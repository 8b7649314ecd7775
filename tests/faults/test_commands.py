"""Every call that changes a file fails, or kills the process, once and from then on: what is left?

`make test-faults` takes all commands; the short form, in `make test`, takes the quick ones with the
first, the middle and the last call of each kind. A command that takes more than five seconds is
sampled like that too.
"""

import errno
import json
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18

ROOT = Path(__file__).resolve().parents[2]
DIE = -1
FULL, BROKEN = errno.ENOSPC, errno.EIO
SLOW_SECONDS = 5.0
REFUSALS = (1, 5)  # exit status where a call fails
WARM = (
    "capture.video_to_take", "capture.keypoint_files.reading", "choreography.music_to_poses",
    "synth.poses_to_video", "synth.training.trainer", "synth.quality.compare",
    "tools.make.song_to_video",
    *(f"tools.commands.{name}" for name in (
        "capturing", "check_footage", "choreographing", "comparing", "convert", "edit_dance",
        "evaluate", "jobs", "learning", "rendering", "retarget", "show_actions", "takes", "whole",
    )),
    "tools.command_line", "tools.flag_values",
)  # fmt: skip
QUICK_WARM = (
    "tools.commands.capturing", "tools.commands.convert", "tools.commands.jobs",
    "tools.command_line", "tools.flag_values", "capture.keypoint_files.reading", "tools.jobs.queue",
)  # fmt: skip
DEMO = str(ROOT / "checkpoints" / "demo")
COMMANDS = {
    "convert-poses to JSON": ("poses.npz", "convert-poses poses.npz -o coco.json"),
    "convert-poses to a folder": ("poses.npz", "convert-poses poses.npz -o openpose"),
    "jobs add": ("", "jobs add 'choreograph song.wav -o dance' --workspace jobs"),
    "retarget": ("poses.npz dance", "retarget poses.npz --for dance -o moved.npz"),
    "listen": ("song.wav", "listen song.wav -o heard"),
    "choreograph": ("song.wav", "choreograph song.wav -o dance --to 4 --fps 6"),
    "edit-dance": ("dance", "edit-dance dance --mirror 2 -o other"),
    "export-dance to BVH": ("dance", "export-dance dance -o dance.bvh"),
    "export-dance to NPZ": ("dance", "export-dance dance -o moved.npz"),
    "export-dance to OpenPose": ("dance", "export-dance dance -o openpose"),
    "export-dance to video": ("dance", "export-dance dance -o figure.mp4"),
    "practice": ("dance", "practice dance -o practice.mp4 --speed 0.75"),
    "actions": ("", "actions charleston -o sheet.png"),
    "shotlist": ("song.wav", "shotlist song.wav -o shots --no-guide"),
    "corpus": ("", "corpus -o dances --minutes 0.1 --fps 5 --style pop"),
    "render": ("dance", f"render dance --performer {DEMO} -o video.mp4"),
    "evaluate": ("film.mp4", "evaluate film.mp4 film.mp4 -o scores --metrics psnr ssim"),
    "check-footage": ("film.mp4", "check-footage film.mp4 -o page.html"),
    "capture": ("film.mp4", "capture film.mp4 -o take --conditions ignore --consent yes"),
    "split-take": ("take", "split-take take --parts 2 -o parts"),
    "export-pairs": ("take", "export-pairs take -o pairs"),
    "train": ("take", "train take -o performer --steps 2 --device cpu --size 64x64"),
    "make": ("song.wav", f"make song.wav --performer {DEMO} --preview 2 -o made.mp4"),
}  # name -> inputs and words
QUICK = ("convert-poses to a folder", "jobs add")
QUICK_FAULTS = (
    ("make", FULL),
    ("write", FULL),
    ("write", DIE),
    ("rename", BROKEN),
    ("rename", DIE),
)
FAULTS = (
    *((kind, deed) for kind in ("make", "write") for deed in (FULL, BROKEN, DIE)),
    *(("sync", deed) for deed in (BROKEN, DIE)),
    *(("rename", deed) for deed in (BROKEN, DIE)),
    ("remove", DIE),
    *(("spawn", deed) for deed in (errno.EAGAIN, errno.ENOMEM, DIE)),
    *(("spawn", deed) for deed in ("killed", "killed later", "full")),
)  # fmt: skip


def walking(frames: int) -> PoseSequence:
    """A dozen poses of somebody who sways."""
    chance = np.random.default_rng(0)
    still = chance.uniform(60, 190, (18, 2))
    sway = 9 * np.sin(np.arange(frames) / 2)[:, None, None]
    return PoseSequence(still + sway, np.ones((frames, 18)), 6.0, (256, 256), OPENPOSE_18)


def clicks(path: Path, seconds: float = 6.0, rate: int = 22050) -> None:
    time = np.arange(round(seconds * rate)) / rate
    sound = 0.4 * np.sin(2 * np.pi * 220 * time) * np.exp(-6 * ((2 * time) % 1))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((sound * 32000).astype("<i2").tobytes())


@pytest.fixture(scope="module")
def poses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    walking(12).save(folder / "poses.npz")
    return folder


@pytest.fixture(scope="module")
def material(poses, warm):
    """The inputs of all commands, made by the commands themselves."""
    kept = os.environ.get("FAULTS_MATERIAL")
    if kept:
        return Path(kept)
    place = poses.parent / "made"
    (place / "work").mkdir(parents=True)
    clicks(place / "work" / "song.wav")
    for words in (
        "choreograph song.wav -o dance --to 4 --fps 6",
        f"render dance --performer {DEMO} -o film.mp4",
        "capture film.mp4 -o take --conditions ignore --consent yes",
    ):
        (run,) = warm.ask({"words": words.split(), "place": str(place)})["runs"]
        assert run["status"] == 0, run["err"]
    (place / "work" / "poses.npz").write_bytes((poses / "poses.npz").read_bytes())
    return place / "work"


@pytest.fixture(scope="module")
def warm(start_server):
    return start_server(*(f"stickdance.{name}" for name in WARM))


@pytest.fixture(scope="module")
def quick(start_server):
    return start_server(*(f"stickdance.{name}" for name in QUICK_WARM))


def split(words: str) -> list[str]:
    import shlex

    return shlex.split(words)


def numbers_of(count: int, all_of_them: bool) -> list[int]:
    """Which calls of a kind fail."""
    if all_of_them:
        return list(range(1, count + 1))
    return sorted({1, (count + 1) // 2, count}) if count else []


def tried(bench, all_of_them: bool, faults=FAULTS) -> dict[str, int]:
    """Let every chosen call fail, in every way; return how many faults of each kind there were."""
    counted: dict[str, int] = {}
    wrong = []
    for kind, deed in faults:
        for number in numbers_of(bench.counted["counts"][kind], all_of_them):
            for ever in (False, True) if deed in (FULL, BROKEN) else (False,):
                fault = {"kind": kind, "number": number, "deed": deed, "ever": ever}
                counted[kind] = counted.get(kind, 0) + 1
                try:
                    one_fault(bench, fault)
                except AssertionError as error:
                    wrong.append(str(error)[:900])
    tell(bench, counted, wrong)
    assert not wrong, f"{len(wrong)} of {sum(counted.values())}:\n" + "\n".join(wrong)
    return counted


def one_fault(bench, fault):
    bench.fresh()
    answer = bench.run(fault)
    after = json.dumps(fault)
    (run,) = answer["runs"]
    if fault["deed"] == DIE:
        assert run["status"] in (-9, bench.status), f"{after}: {run['status']} {run['err']}"
        assert answer["orphans"] == [], after
    else:
        bench.check_refused(answer, after, REFUSALS if fault["kind"] != "spawn" else (1, 3, 4, 5))
    bench.check_whole(bench.run(), after)


def tell(bench, counted, wrong):
    """Keep what was tried where somebody asks for it."""
    if where := os.environ.get("FAULTS_TOLD"):
        line = {
            "words": bench.words,
            "calls": bench.counted["counts"],
            "faults": counted,
            "seconds": bench.seconds,
            "wrong": wrong,
        }
        with open(where, "a", encoding="utf-8") as file:
            print(json.dumps(line), file=file)


@pytest.mark.parametrize("name", QUICK)
def test_no_fault_leaves_half_a_result(name, quick, poses, bench_of):
    inputs, words = COMMANDS[name]
    bench = bench_of(quick, [poses / each for each in inputs.split()], split(words))
    assert sum(tried(bench, False, QUICK_FAULTS).values()) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_no_fault_of_any_command_leaves_half_a_result(name, warm, material, bench_of):
    inputs, words = COMMANDS[name]
    bench = bench_of(warm, [material / each for each in inputs.split()], split(words))
    tried(bench, all_of_them=bench.seconds < SLOW_SECONDS and "FAULTS_FEW" not in os.environ)
