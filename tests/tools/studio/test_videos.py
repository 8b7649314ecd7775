import json

import numpy as np
import pytest

from stickdance.capture.media.streams import read_metadata
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_json
from stickdance.tools.studio.share_work import write_share
from stickdance.tools.studio.videos import Videos

HERE = {"Origin": "http://127.0.0.1:8765"}


@pytest.fixture
def video(tmp_path):
    """Two seconds, red on the left and blue on the right."""
    frame = np.zeros((64, 64, 3), np.uint8)
    frame[:, :32, 0] = frame[:, 32:, 2] = 220
    with VideoWriter(tmp_path / "dance.mp4", (64, 64), 5, metadata={"comment": "made"}) as writer:
        for _ in range(10):
            writer.write(frame)
    return tmp_path / "dance.mp4"


@pytest.mark.parametrize(
    ("shape", "size"), [("tall", (720, 1280)), ("wide", (1280, 720)), ("same", (64, 64))]
)
def test_a_copy_has_the_shape_asked_for_and_the_whole_picture(video, tmp_path, shape, size):
    told = write_share(video, tmp_path / "copy.mp4", shape)
    assert probe(tmp_path / "copy.mp4").size == size
    assert told["bytes"] == (tmp_path / "copy.mp4").stat().st_size
    assert read_metadata(tmp_path / "copy.mp4", "a video")["comment"] == "made"
    frame = next(iter(read_frames(tmp_path / "copy.mp4")))
    middle, edge = frame[size[1] // 2], min(size) // 2 - min(size) // 16
    left, right = middle[size[0] // 2 - edge], middle[size[0] // 2 + edge]
    assert left[0] > 150 > left[2]
    assert right[2] > 150 > right[0]


def test_a_video_that_is_too_long_for_so_few_bytes_is_told_so(video, tmp_path):
    with pytest.raises(BadInput, match="do not fit"):
        write_share(video, tmp_path / "copy.mp4", "tall", most=20_000)
    assert not (tmp_path / "copy.mp4").exists()


def test_a_copy_is_made_from_the_page_and_nothing_else_is_offered(client, workspace, video):
    item = workspace.videos.add({"label": "Anna", "dance": "x"})
    path = f"/api/videos/{item['id']}/share"
    assert client.post(path, json={"shape": "same"}, headers=HERE).status_code == 409
    video.rename(workspace.videos.path(item["id"]) / "dance.mp4")
    for shape in ("../x", None, ["tall"], 3):
        assert client.post(path, json={"shape": shape}, headers=HERE).status_code == 422
    made = client.post(path, json={"shape": "same"}, headers=HERE).json()
    answer = client.get(made["file"])
    assert len(answer.content) == made["bytes"]
    assert answer.headers["content-disposition"].endswith("Anna.mp4")


def test_how_much_was_filmed_is_kept_when_the_job_is_cleared(client, workspace):
    shares = {"filmed": 0.8, "joined": 0.15, "painted": 0.05}
    item = workspace.videos.add({"label": "Anna", "dance": "x"})
    job = workspace.jobs.add(["make", "x"], about={"video": item["id"]})
    result = {"rendered": {"shares": {"frames": shares}}}
    write_json(workspace.jobs.folder_of(job) / "result.json", result)
    Videos(workspace, None).keep_shares()
    assert "frames" not in workspace.videos.find(item["id"])
    workspace.jobs.change(job, lambda now: type(now)(**{**vars(now), "state": "done"}))
    Videos(workspace, None).keep_shares()
    client.post("/api/jobs/clean", json={}, headers=HERE)
    assert json.loads(client.get("/api/state").content)["videos"][0]["frames"] == shares
