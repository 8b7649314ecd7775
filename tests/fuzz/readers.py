"""The readers of files from foreign hands, each with what it reads and how that is changed.

A reader is called with the path of a file; it may return or raise an error of ours, nothing else.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import calls
import material
import mutation as change
from calls import of
from material import as_json, texts


@dataclass(frozen=True)
class Reader:
    """What is read, by what, and how files for it are changed."""

    suffix: str
    seeds: Callable[[], list[bytes]]
    read: Callable[[Path], object]
    mutate: change.Mutator
    share: float = 1.0
    """Of the runs that others get: those that take long get fewer."""


PURE: dict[str, Reader] = {
    "plan": Reader(
        ".json",
        lambda: [material.PLAN.read_bytes()],
        of("choreography.plan.choreography:Choreography.load"),
        change.json_changed,
    ),
    "poses": Reader(
        ".npz",
        material.poses_npz,
        of("capture.pose.sequence:PoseSequence.load"),
        change.npz_changed,
    ),
    "keypoints JSON": Reader(
        ".json",
        material.keypoints_json,
        of("capture.keypoint_files.reading:read_keypoints"),
        change.json_changed,
    ),
    "keypoints AIST++": Reader(
        ".npz",
        material.arrays_of_aist,
        of("capture.keypoint_files.reading:read_keypoints"),
        change.npz_changed,
    ),
    "AIST++ in space": Reader(
        ".npz",
        lambda: material.arrays_of_aist()[1:3],
        of("capture.keypoint_files.aist:read_in_space"),
        change.npz_changed,
    ),
    "BVH": Reader(
        ".bvh",
        material.bvh,
        of("capture.keypoint_files.reading:read_keypoints"),
        change.text_changed,
    ),
    "body profile": Reader(
        ".json",
        material.body,
        of("capture.pose.body_profile:BodyProfile.load"),
        change.json_changed,
    ),
    "report of a take": Reader(
        ".json",
        lambda: [material.REPORT.read_bytes()],
        calls.report,
        change.json_changed,
    ),
    "room light": Reader(
        ".npz",
        material.room,
        calls.in_frames("capture.take.room:RoomLight.load"),
        change.npz_changed,
    ),
    "corrections": Reader(
        ".npz",
        material.corrections,
        calls.in_frames("capture.stabilisation.corrections:Corrections.load"),
        change.npz_changed,
    ),
    "joints in space": Reader(
        ".npz",
        lambda: [material.npz(joints=np.zeros((material.FRAMES, 18, 3), np.float32))],
        lambda path: of("choreography.plan_to_poses.joints_3d:load_joints")(path, material.FRAMES),
        change.npz_changed,
    ),
    "manifest": Reader(
        "/manifest.json", material.manifest_seed, calls.manifest, change.json_changed
    ),
    "tensors": Reader(
        ".safetensors",
        material.tensors,
        of("checkpoints.tensors:read_tensors"),
        change.safetensors_changed,
    ),
    "tensor shapes": Reader(
        ".safetensors",
        material.tensors,
        of("checkpoints.tensors:read_shapes"),
        change.safetensors_changed,
    ),
    "training state": Reader(
        "/state.safetensors",
        material.tensors,
        lambda path: of("checkpoints.state:load_state")(path.parent),
        change.safetensors_changed,
    ),
    "performer options": Reader(
        ".json",
        lambda: [material.demo("options.json").read_bytes()],
        calls.performer_options,
        change.json_changed,
        0.1,
    ),
    "curves": Reader(
        "/curves.json",
        lambda: [material.demo("curves.json").read_bytes()],
        calls.curves,
        change.json_changed,
    ),
    "recipe comment": Reader(".json", material.recipe, calls.plan_in, change.json_changed),
    "beats file": Reader(
        ".beats",
        texts("0.5 1\n1.0 2\n1.5 3\n2.0 1\n", "0.5\n1.0\n1.5\n2.0\n"),
        of("choreography.annotations.files:read_beats"),
        change.text_changed,
    ),
    "beat labels": Reader(
        ".txt",
        texts("0.5\t0.5\t1\n1.0\t1.0\t2\n1.5\t1.5\t1\n2\t2\t2\n"),
        of("choreography.annotations.files:read_beats"),
        change.text_changed,
    ),
    "section labels": Reader(
        ".txt",
        texts("0.0\t5.0\tverse\n5.0\t9.0\tchorus\n"),
        of("choreography.annotations.files:read_sections"),
        change.text_changed,
    ),
    "JAMS beats": Reader(
        ".jams", material.jams, of("choreography.annotations.files:read_beats"), change.json_changed
    ),
    "JAMS sections": Reader(
        ".jams",
        material.jams,
        of("choreography.annotations.files:read_sections"),
        change.json_changed,
    ),
    "summary beats": Reader(
        ".json",
        material.summary,
        of("choreography.annotations.files:read_beats"),
        change.json_changed,
    ),
    "summary sections": Reader(
        ".json",
        material.summary,
        of("choreography.annotations.files:read_sections"),
        change.json_changed,
    ),
    "shot list": Reader(
        ".json",
        material.shots,
        of("choreography.shotlist.shot_list:ShotList.load"),
        change.json_changed,
    ),
    "filmed shots": Reader(
        "/shots.json", material.filmed_shots, calls.read_shots, change.json_changed
    ),
    "hint": Reader(
        ".txt", texts("arms high in the chorus", "calm chorus"), calls.hint, change.text_changed
    ),
    "job": Reader("/job/job.json", as_json(material.JOB), calls.job, change.json_changed),
    "archive of jobs": Reader(".zip", material.archive, calls.import_archive, change.zip_changed),
    "blind test key": Reader(
        ".json", as_json(material.KEY), of("tools.blind_test.tally:read_key"), change.json_changed
    ),
    "blind test answers": Reader(
        ".json", as_json(material.ANSWERS), calls.tally, change.json_changed
    ),
    "recording script": Reader(
        ".txt",
        texts("10 Both arms high\n5 s Turn\n", '[{"say": "Turn", "seconds": 5, "away": false}]'),
        of("tools.recording.moves:read_script"),
        change.text_changed,
    ),
    "recording script JSON": Reader(
        ".json",
        as_json([{"say": "Turn", "seconds": 5, "away": False}]),
        of("tools.recording.moves:read_script"),
        change.json_changed,
    ),
    "pair list": Reader(
        ".csv",
        texts("reference,rendered\na.mp4,b.mp4\nc.mp4,d.mp4\n"),
        calls.pairs,
        change.text_changed,
    ),
    "device list": Reader(
        ".txt",
        texts('[dshow @ 0x1] "USB Camera" (video)\n[AVFoundation indev @ 0x7f] [0] FaceTime HD\n'),
        calls.devices,
        change.text_changed,
    ),
    "movement table": Reader(
        ".parquet", material.table, calls.read_table, change.bytes_changed, 0.1
    ),
    "WAV": Reader(".wav", material.wav, of("capture.media.audio:read_wav"), change.bytes_changed),
    "picture": Reader(
        ".png", material.pictures, of("capture.media.images:read_picture"), change.bytes_changed
    ),
    "picture converted": Reader(
        ".png", material.pictures, of("capture.media.images:read_converted"), change.bytes_changed
    ),
    "picture size": Reader(
        ".png",
        material.pictures,
        of("capture.media.images:read_picture_size"),
        change.bytes_changed,
    ),
}
"""Readers that compute in this process alone."""

MEDIA: dict[str, Reader] = {
    "video header": Reader(
        ".mp4",
        lambda: [material.film()],
        lambda path: of("capture.media.streams:read_header")(path, "a video"),
        change.bytes_changed,
    ),
    "metadata": Reader(
        ".mp4",
        lambda: [material.film()],
        of("capture.media.streams:read_metadata"),
        change.bytes_changed,
    ),
    "video": Reader(".mp4", lambda: [material.film()], calls.whole_video, change.bytes_changed),
    "sound": Reader(
        ".wav",
        lambda: material.wav(3.0),
        lambda path: of("capture.media.audio:decode_sound")(path, path.with_name("out.wav")),
        change.bytes_changed,
    ),
}
"""Readers that start ffmpeg."""
READERS = {**PURE, **MEDIA}
