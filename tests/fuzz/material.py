"""What readers read, made by code or from a small seed, each as the bytes of a file."""

import base64
import hashlib
import io
import json
import wave
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

SEEDS = Path(__file__).resolve().parent / "seeds"
PLAN, REPORT = (SEEDS / f"{name}.json" for name in ("plan", "report"))
FRAMES, SIZE = 12, (64, 48)
JOB = {
    "id": "job",
    "title": "a",
    "words": ["render", "a"],
    "place": "/",
    "added": 1.0,
    "order": 1.0,
    "state": "queued",
    "about": {},
}
KEY = {
    "kind": "blind comparison key",
    "page": "p1",
    "ways": ["gru", "rules"],
    "questions": {"beats": "?"},
    "pairs": [{"pair": 1, "song": "s", "A": "gru", "B": "rules"}],
}
ANSWERS = {
    "kind": "blind comparison answers",
    "page": "p1",
    "session": "s",
    "answers": [{"pair": 1, "beats": "A"}],
    "saved": "2026-01-01",
}


def as_json(*values: object) -> Callable[[], list[bytes]]:
    return lambda: [json.dumps(each).encode() for each in values]


def texts(*values: str) -> Callable[[], list[bytes]]:
    return lambda: [each.encode() for each in values]


def npz(**arrays: object) -> bytes:
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def saved(make: Callable[[Path], object], suffix: str) -> bytes:
    """Return the bytes that something of ours writes."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        make(path)
        return path.read_bytes()


@cache
def poses():
    from stickdance.capture.pose.sequence import PoseSequence
    from stickdance.capture.pose.skeleton import OPENPOSE_18

    points = np.random.default_rng(0).uniform(5, 45, (FRAMES, 18, 2))
    return PoseSequence(points, np.full((FRAMES, 18), 0.9), 25.0, SIZE, OPENPOSE_18)


def demo(name: str) -> Path:
    return Path(str(resources.files("stickdance.checkpoints") / "demo")) / name


def body() -> list[bytes]:
    values = json.loads(demo("body.json").read_text(encoding="utf-8"))
    return as_json({**values, "poses": values["poses"][:3]})()


def poses_npz() -> list[bytes]:
    return [saved(lambda path: poses().save(path), ".npz")]


def written_keypoints(suffix: str) -> list[bytes]:
    from stickdance.capture.keypoint_files.writing import write_keypoints

    return [saved(lambda path: write_keypoints(poses(), path), suffix)]


def keypoints_json() -> list[bytes]:
    from stickdance.capture.pose.skeleton import COCO_17

    person = [float(v) for at in range(18) for v in (at, 2 * at, 0.5)]
    box = {"image_id": 1, "category_id": 1, "keypoints": person[:51], "score": 0.9}
    coco = {
        "images": [{"id": 1, "file_name": "1.jpg", "width": 64, "height": 48}],
        "categories": [],
        "annotations": [{**box, "id": 1}],
    }
    values = [
        {
            "version": 1.3,
            "people": [
                {
                    "person_id": [-1],
                    "pose_keypoints_2d": person,
                    "face_keypoints_2d": [],
                    "hand_left_keypoints_2d": [],
                    "hand_right_keypoints_2d": [],
                }
            ],
        },
        coco,
        [box, {**box, "image_id": 2}],
        [{**box, "image_id": "0.jpg", "idx": 0}],
        [{"keypoints": person[:51], "bbox": [0, 0, 9, 9], "score": 0.8, "category_id": 1}],
        {
            "frame": 1,
            "predictions": [{"keypoints": person[:51], "bbox": [0, 0, 9, 9], "score": 0.8}],
        },
        [{name: {"x": at, "y": 2.0 * at} for at, name in enumerate(COCO_17.joints)}],
        [[[float(a), float(a + 1), 0.5] for a in range(17)]] * 2,
    ]
    return [json.dumps(each).encode() for each in values]


def arrays_of_aist() -> list[bytes]:
    body = [
        (0, 9),
        (0.3, 9.3),
        (-0.3, 9.3),
        (0.6, 9.1),
        (-0.6, 9.1),
        (1.2, 8),
        (-1.2, 8),
        (1.5, 6.5),
        (-1.5, 6.5),
        (1.6, 5),
        (-1.6, 5),
        (0.8, 5),
        (-0.8, 5),
        (0.8, 2.8),
        (-0.8, 2.8),
        (0.8, 0.4),
        (-0.8, 0.4),
    ]
    flat = np.tile([(x, y, 0.5) for x, y in body], (3, 1, 1))
    npy = io.BytesIO()
    np.save(npy, flat)
    return [
        npz(keypoints2d=flat),
        npz(keypoints3d=flat * 90),
        npz(keypoints3d_optim=flat * 90),
        npy.getvalue(),
    ]


def bvh() -> list[bytes]:
    def joint(name: str, inner: str) -> str:
        up = -9 if "Leg" in name or "Foot" in name else 9
        side = {"L": 6, "R": -6}.get(name[0], 0) if "Up" in name or name.endswith("Arm") else 0
        channels = "CHANNELS 3 Zrotation Xrotation Yrotation"
        return f"JOINT {name}\n{{\nOFFSET {side} {up} 0\n{channels}\n{inner}\n}}\n"

    end = "End Site\n{\nOFFSET 0 5 0\n}"
    legs = "".join(
        joint(f"{s}UpLeg", joint(f"{s}Leg", joint(f"{s}Foot", end))) for s in ("Left", "Right")
    )
    arms = "".join(
        joint(f"{s}Arm", joint(f"{s}ForeArm", joint(f"{s}Hand", end))) for s in ("Left", "Right")
    )
    body = joint("Spine", joint("Neck", joint("Head", end)) + arms)
    root = (
        "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 6 Xposition Yposition Zposition "
        f"Zrotation Xrotation Yrotation\n{legs}{body}}}\n"
    )
    line = " ".join(["1.5"] * (6 + 3 * root.count("JOINT")))
    return [f"{root}MOTION\nFrames: 2\nFrame Time: 0.04\n{line}\n{line}\n".encode()]


def tensors() -> list[bytes]:
    import torch

    from stickdance.checkpoints.tensors import write_tensors

    named = {"a": torch.zeros(2, 3), "b": torch.ones(4, dtype=torch.float16)}
    about = {"kind": "training", "format": 1, "steps": 3}
    return [saved(lambda path: write_tensors(path, named, about), ".safetensors")]


def wav(seconds: float = 0.03) -> list[bytes]:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\1\2\3\4" * round(8000 * seconds))
    return [target.getvalue()]


def pictures() -> list[bytes]:
    from PIL import Image

    found = []
    for kind, mode in (
        ("PNG", "RGB"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("JPEG", "L"),
        ("BMP", "RGB"),
        ("TIFF", "RGB"),
    ):
        target = io.BytesIO()
        Image.effect_noise((9, 7), 50).convert(mode if mode != "LA" else "LA").save(target, kind)
        found.append(target.getvalue())
    return found


def shots() -> list[bytes]:
    from stickdance.choreography.shotlist.shot_list import Shot, ShotList

    listed = ShotList((Shot("charleston", False, 4), Shot("body_roll", True, 4)), 120.0)
    return [listed.to_json().encode()]


def filmed_shots() -> list[bytes]:
    from stickdance.choreography.shotlist.filmed import FilmedShot, FilmedShots
    from stickdance.choreography.shotlist.shot_list import Shot, ShotList

    listed = ShotList((Shot("charleston", False, 4),), 120.0)
    return [FilmedShots(listed, (FilmedShot(1, 2.5, 0.9),)).to_json().encode()]


def archive() -> list[bytes]:
    told = {
        "kind": "stickdance jobs",
        "jobs": [{"title": "a", "words": ["render", "files/1/dance", "-o", "made/1-a.mp4"]}],
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("jobs.json", json.dumps(told))
        file.writestr("files/1/dance/plan.json", "{}")
    return [target.getvalue()]


def manifest_seed() -> list[bytes]:
    facts = {"bytes": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}
    return as_json(
        {"kind": "take", "stickdance": "0.1.0", "command": "", "files": {"note.txt": facts}}
    )()


def recipe() -> list[bytes]:
    plan = base64.b64encode(zlib.compress(PLAN.read_bytes())).decode()
    return as_json({"performer": "demo", "seed": 0, "plan": plan})()


def summary() -> list[bytes]:
    return as_json(
        {
            "beats": [0.5, 1.0, 1.5, 2.0],
            "downbeats": [0.5, 1.5],
            "sections": [{"label": "A", "start": 0.0, "end": 2.0}],
        }
    )()


def jams() -> list[bytes]:
    def annotation(space: str, rows: list) -> dict:
        return {"namespace": space, "data": rows, "annotation_metadata": {}, "sandbox": {}}

    beat = [
        {"time": t, "duration": 0.0, "value": n % 4 + 1, "confidence": 1}
        for n, t in enumerate((0.5, 1.0, 1.5, 2.0))
    ]
    part = [{"time": 0.0, "duration": 2.0, "value": "A", "confidence": None}]
    values = {
        "annotations": [annotation("beat", beat), annotation("segment_open", part)],
        "file_metadata": {"duration": 3.0},
        "sandbox": {},
    }
    return as_json(values)()


def table() -> list[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    from stickdance.capture.pose.skeleton import OPENPOSE_18
    from stickdance.choreography.movement.table import TableLayout

    schema = TableLayout(fps=60.0, axes=3, skeleton=OPENPOSE_18, with_sound=False).schema()
    texts = {"series": ["a", "a"], "song": [None, None], "time_idx": [0, 1]}
    columns = [pa.array(texts.get(field.name, [0, 0]), field.type) for field in schema]
    target = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(columns, schema=schema), target)
    return [target.getvalue()]


def room() -> list[bytes]:
    height, width = SIZE[1], SIZE[0]
    return [
        npz(light=np.ones((FRAMES, 3), np.float32), spread=np.ones((height, width), np.float16))
    ]


def corrections() -> list[bytes]:
    maps = np.tile(np.eye(2, 3), (FRAMES, 1, 1))
    return [
        npz(
            size=np.array(SIZE),
            maps=maps,
            gains=np.ones((FRAMES, 3)),
            offsets=np.zeros((FRAMES, 3)),
        )
    ]


@cache
def film() -> bytes:
    from stickdance.capture.media.video_writer import VideoWriter

    def write(path: Path) -> None:
        sound = path.with_suffix(".wav")
        sound.write_bytes(wav()[0])
        with VideoWriter(path, (32, 32), 10, sound=sound) as video:
            for number in range(4):
                video.write(np.full((32, 32, 3), 40 * number, np.uint8))

    return saved(write, ".mp4")
