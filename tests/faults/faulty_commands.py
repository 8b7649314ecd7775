"""The commands whose calls fail, and the small inputs that they are given."""

import hashlib
import json
import re
import shlex
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np

from stickdance.capture.media.ffmpeg import program
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18

BY_CHANCE = re.compile(  # names of jobs, and of TensorBoard's files by time and process
    r"(?<=/)[0-9a-f]{8}(?=/|$)|(?<=/events\.out\.tfevents\.)[^/]+"
)
TOLD = re.compile("stickdance:|failed: row ")  # in one line of standard error
TIME_TAKEN = re.compile(rb"in \d+\.\d minutes")  # of a training, in its performer's card
DEMO = str(Path(__file__).resolve().parents[2] / "checkpoints" / "demo")
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
COMMANDS = {
    "convert-poses to JSON": ("poses.npz", "convert-poses poses.npz -o coco.json"),
    "convert-poses to a folder": ("poses.npz", "convert-poses poses.npz -o openpose"),
    "retarget": ("poses.npz dance", "retarget poses.npz --for dance -o moved.npz"),
    "listen": ("song.wav", "listen song.wav -o heard"),
    "choreograph": ("song.wav", "choreograph song.wav -o dance --to 2 --fps 6"),
    "edit-dance": ("dance", "edit-dance dance --mirror 1 -o other"),
    "export-dance to BVH": ("dance", "export-dance dance -o dance.bvh"),
    "export-dance to NPZ": ("dance", "export-dance dance -o moved.npz"),
    "export-dance to OpenPose": ("dance", "export-dance dance -o openpose"),
    "export-dance to video": ("dance", "export-dance dance -o figure.mp4"),
    "practice": ("dance", "practice dance -o practice.mp4 --speed 0.75"),
    "actions": ("", "actions charleston -o sheet.png"),
    "shotlist": ("song.wav", "shotlist song.wav -o shots --no-guide"),
    "corpus": ("", "corpus -o dances --minutes 0.1 --fps 5 --style pop"),
    "render": ("dance performer", "render dance --performer performer -o video.mp4 --faults off"),
    "evaluate": ("film.mp4", "evaluate film.mp4 film.mp4 -o scores --metrics psnr"),
    "check-footage": ("film.mp4", "check-footage film.mp4 -o page.html"),
    "capture": (
        "film.mp4 poses.npz",
        "capture film.mp4 -o take --estimator replay --poses poses.npz --hands-and-face off "
        "--conditions ignore --consent yes",
    ),
    "split-take": ("take", "split-take take --parts 2 -o parts"),
    "merge-takes": ("parts", "merge-takes parts/part_1 parts/part_2 -o both"),
    "export-pairs": ("take", "export-pairs take -o pairs"),
    "train": ("take", "train take -o performer --steps 1 --device cpu --size 64x64"),
    "make": (
        "song.wav performer",
        "make song.wav --performer performer --preview 1 -o made.mp4 --faults off",
    ),
    "verify": ("video.mp4", "verify video.mp4"),
    "reproduce": ("dance song.wav", "reproduce dance --inputs ."),
    "batch": ("song.wav jobs.csv", "batch jobs.csv -o results --retries 0"),
    "jobs add": ("", "jobs add 'choreograph song.wav -o dance' --workspace jobs"),
    "jobs export": ("song.wav jobs", "jobs export {job} -o jobs.zip --workspace jobs"),
    "jobs import": ("jobs.zip", "jobs import jobs.zip --workspace jobs"),
    "jobs work": ("song.wav jobs", "jobs work --workspace jobs"),
}  # name -> inputs and words
MADE = (
    "choreograph song.wav -o dance --to 2 --fps 6",
    f"render dance --performer {DEMO} -o large.mp4 --no-mark --no-credentials",
    "capture film.mp4 -o take --conditions ignore --consent yes --hands-and-face off",
    "split-take take --parts 2 -o parts",
    "train take -o performer --steps 1 --device cpu --size 64x64",
    "render dance --performer performer -o video.mp4 --faults off",
    "jobs add 'choreograph song.wav -o dance --to 2 --fps 6 --no-preview' --workspace jobs",
)


def at_home(folder: Path) -> None:
    """Let jobs that were copied work where they are now."""
    for record in folder.glob("jobs/**/job.json"):
        job = json.loads(record.read_text())
        record.write_text(json.dumps(job | {"place": str(folder)}))


def split(words: str, folder: Path) -> list[str]:
    """Return the words of a command; a job's name is that of the one in the inputs."""
    job = next((each.name for each in folder.glob("jobs/jobs/[0-9a-f]*")), "")
    return [word.replace("{job}", job) for word in shlex.split(words)]


def make_inputs(server, place: Path) -> Path:
    """Make all inputs, each by a command, and return their folder."""
    folder = place / "work"
    folder.mkdir(parents=True)
    clicks(folder / "song.wav")
    (folder / "jobs.csv").write_text(
        "command,song,fps,no-preview,to\nchoreograph,song.wav,6,true,2\n"
    )
    for words in MADE:
        if words.startswith("capture"):
            shrink(folder / "large.mp4", folder / "film.mp4")
        (run,) = server.ask({"words": shlex.split(words), "place": str(place)})["runs"]
        assert run["status"] == 0, run["err"]
    shutil.copyfile(folder / "take" / "poses.npz", folder / "poses.npz")
    words = split("jobs export {job} -o jobs.zip --workspace jobs", folder)
    (run,) = server.ask({"words": words, "place": str(place)})["runs"]
    assert run["status"] == 0, run["err"]
    return folder


def shrink(video: Path, to: Path) -> None:
    words = ["-v", "error", "-i", video, "-vf", "scale=-2:192", "-an", "-qp", "0", to]
    subprocess.run([program(), *map(str, words)], check=True)


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


def tree(folder):
    """By name, the SHA-256 of every file below a folder; of folders nothing."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = BY_CHANCE.sub("ID", path.relative_to(folder).as_posix())
        content = TIME_TAKEN.sub(b"", path.read_bytes()) if path.is_file() else None
        found[name] = "" if content is None else hashlib.sha256(content).hexdigest()
    return found
