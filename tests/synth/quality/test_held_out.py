from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality import held_out as module
from stickdance.synth.quality.held_out import BASELINES, held_out, nearest_poses
from stickdance.synth.quality.lpips import Lpips
from stickdance.synth.quality.psnr import mse

SIZE = (80, 120)


@pytest.fixture(autouse=True)
def _no_weights(monkeypatch):
    absent = Lpips(None, "no weights in tests")
    monkeypatch.setattr(module, "load_lpips", lambda *_: absent)


def room():
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    return np.stack([x * 2, y, x + y], 2).astype(np.uint8)


def person_at(left):
    frame, matte = room(), np.zeros((SIZE[1], SIZE[0]), np.uint8)
    frame[30:100, left : left + 16] = np.arange(70, dtype=np.uint8)[:, None, None] * 3
    frame[30:100:5, left : left + 16] = 255
    matte[30:100, left : left + 16] = 255
    return frame, matte


@dataclass
class Film:
    """What `held_out` uses of a take: a person who walks to the right, and back at the end."""

    lefts: list[int] = field(default_factory=lambda: [*range(0, 40), *range(38, 28, -1)])
    training_frames: int = 40
    path: Path = Path("takes/walker")
    report: dict = field(default_factory=dict)
    plate: np.ndarray = field(default_factory=room)
    reads: list[tuple[int, int]] = field(default_factory=list)

    @property
    def frame_count(self):
        return len(self.lefts)

    @property
    def poses(self):
        points = np.zeros((len(self.lefts), 18, 2), np.float32)
        points[..., 0] = np.array(self.lefts)[:, None]
        return PoseSequence(points, np.ones((len(self.lefts), 18)), 25, SIZE)

    def truth(self, framing, start, stop):
        self.reads.append((start, stop))
        return (framing.picture(person_at(left)[0]) for left in self.lefts[start:stop])

    def as_filmed(self, picture, number, lit=False):
        return picture

    def behind(self, number, matte, plate, framing):
        return plate

    def mattes(self, start, stop):
        return (person_at(left)[1] for left in self.lefts[start:stop])


@dataclass
class Painter:
    """A performer that paints the person `off` pixels beside the pose, in frames of a size."""

    off: int = 0
    framing: Framing = field(default_factory=lambda: Framing(SIZE))
    asked: list[int] = field(default_factory=list)
    painted: int = 0

    def frames(self, poses):
        self.asked.append(len(poses.points))
        scale = SIZE[0] / self.framing.size[0]
        lefts = np.rint(poses.points[:, 0, 0] * scale).astype(int) + self.off
        for left in lefts:
            self.painted += 1
            yield self.framing.picture(person_at(left)[0])


def test_a_perfect_performer_scores_perfectly_beside_its_baselines():
    found = held_out(Film(), Painter())
    assert found["frames"] == 10
    assert found["mse"] == 0
    assert found["psnr"] == 100
    assert found["ssim_skimage"] == pytest.approx(1)
    assert found["sharpness"] == pytest.approx(1)
    assert set(found["baselines"]) == set(BASELINES)
    keys = set(found) - {"baselines"}
    assert all(set(scores) == keys for scores in found["baselines"].values())


def test_each_baseline_is_what_its_name_says():
    film = Film()
    found = held_out(film, Painter(3))["baselines"]
    real = [person_at(left)[0] for left in film.lefts]
    previous = np.mean([mse(real[i], real[i - 1]) for i in range(40, 50)])
    plate = np.mean([mse(real[i], room()) for i in range(40, 50)])
    assert found["previous_frame"]["mse"] == pytest.approx(previous)
    assert found["plate"]["mse"] == pytest.approx(plate)
    assert found["nearest_frame"]["mse"] == 0  # it walks back where it came from
    assert found["ceiling"]["mse"] == 0


def test_a_worse_performer_scores_worse():
    good, bad = (held_out(Film(), Painter(off)) for off in (1, 5))
    assert good["ssim_gaussian"] > bad["ssim_gaussian"]
    assert good["psnr"] > bad["psnr"]
    assert good["baselines"] == bad["baselines"]


def test_it_works_in_the_performers_framing():
    half = Framing((SIZE[0] // 2, SIZE[1] // 2))
    found = held_out(Film(lefts=[*range(0, 80, 2), *range(40, 20, -2)]), Painter(0, half))
    assert found["mse"] == 0
    assert found["baselines"]["nearest_frame"]["mse"] == 0


def test_what_cannot_be_scored_is_none_with_a_reason():
    found = held_out(Film(), Painter())
    assert found["lpips"] is None
    assert set(found["reasons"]) == {"ms_ssim", "lpips"}
    assert all(one["reasons"] == {} for one in found["baselines"].values())


def test_a_score_that_small_pictures_never_have_is_left_out_with_two_words():
    found = held_out(Film(), Painter())
    assert "ms_ssim" not in found
    assert found["reasons"]["ms_ssim"] == "too small"


def test_all_unseen_frames_are_rendered_as_one_dance():
    painter = Painter()
    held_out(Film(lefts=[i % 60 for i in range(200)]), painter)
    assert (painter.asked, painter.painted) == ([160], 160)


def test_a_take_without_held_out_frames_is_refused():
    with pytest.raises(BadInput, match="40 of 40 frames train"):
        held_out(Film(lefts=list(range(40))), Painter())


def test_the_nearest_pose_has_the_least_summed_absolute_difference():
    random = np.random.default_rng(0)
    known, points = random.normal(size=(50, 18, 2)), random.normal(size=(7, 18, 2))
    expected = [int(np.abs(known - pose).sum(axis=(1, 2)).argmin()) for pose in points]
    assert nearest_poses(points, known).tolist() == expected


def test_joints_that_are_not_there_do_not_count():
    known = np.zeros((3, 18, 2))
    known[1] = 5
    known[2] = np.nan
    points = np.full((1, 18, 2), np.nan)
    points[0, 3] = 4.5
    assert nearest_poses(points, known).tolist() == [1]


def test_only_what_was_filmed_is_scored():
    wide = Framing((2 * SIZE[0], SIZE[1]), (-0.5, 0.0, 1.5, 1.0))

    class Wide(Painter):
        def frames(self, poses):
            for left in poses.points[:, 0, 0] - SIZE[0] / 2:
                frame = self.framing.picture(person_at(round(float(left)))[0])
                frame[:, : SIZE[0] // 2] = frame[:, -SIZE[0] // 2 :] = 255  # nobody filmed this
                yield frame

    found = held_out(Film(), Wide(0, wide))
    assert found["mse"] == 0
    plate, alone = (
        each["baselines"]["plate"]["mse"] for each in (found, held_out(Film(), Painter()))
    )
    assert plate == pytest.approx(alone, rel=0.001)  # its rim blends into what lies beyond


@dataclass
class DarkFilm(Film):
    """The same, but for every other held-out frame, which was filmed in half of the light."""

    def truth(self, framing, start, stop):
        frames = super().truth(framing, start, stop)
        return (self.as_filmed(frame, start + n) for n, frame in enumerate(frames))

    def as_filmed(self, picture, number, lit=False):
        return picture // 2 if number >= self.training_frames and number % 2 else picture


def test_frames_are_compared_as_filmed_each_in_its_light():
    assert held_out(DarkFilm(), Painter())["mse"] == 0
    even, dark = (held_out(film, Painter(off=3)) for film in (Film(), DarkFilm()))
    assert dark["mse"] < 0.8 * even["mse"]  # what differs is dimmed too, not compared in even light
    assert (
        dark["baselines"]["previous_frame"]["mse"] > 2 * even["baselines"]["previous_frame"]["mse"]
    )


def test_the_sharpness_of_face_and_hands_is_told_by_itself():
    scores = held_out(Film(), Painter())
    assert {"face.sharpness", "hands.sharpness"} <= scores.keys()
    assert "face.psnr" not in scores
