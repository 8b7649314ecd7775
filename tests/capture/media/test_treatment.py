from dataclasses import replace

import cv2
import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.capture.media.image_folder import read_pictures
from stickdance.capture.media.images import write_png
from stickdance.capture.media.lettering import Lettering
from stickdance.capture.media.treatment import Treatment
from stickdance.capture.media.video import VideoWriter, read_frames
from stickdance.checkpoints.errors import BadInput


def picture(size=(96, 64)):
    small = np.random.default_rng(1).integers(0, 255, (4, 6, 3), np.uint8)
    return cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)


@pytest.fixture
def video(tmp_path):
    with VideoWriter(tmp_path / "a.mp4", (96, 64), 25, crf=2, pixel_format="yuv444p") as writer:
        for _ in range(4):
            writer.write(picture())
    return tmp_path / "a.mp4"


CROP = (0.25, 0.125, 0.75, 0.875)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [(0.0, 0.0, 1.0, 1.0), CROP])
def test_video_and_pictures_are_turned_and_cropped_alike(video, tmp_path, turn, crop):
    treatment = Treatment(rotate=turn, crop=crop)
    turned = np.rot90(picture(), -turn // 90)
    height, width = turned.shape[:2]
    left, top, right, bottom = crop
    wanted = turned[
        round(top * height) : round(bottom * height), round(left * width) : round(right * width)
    ]
    frame = next(read_frames(video, treatment=treatment))
    assert frame.shape == wanted.shape
    assert np.abs(frame.astype(int) - wanted).max() < 12
    stored = write_png(tmp_path / "a.png", picture())
    (read,) = read_pictures([stored], treatment=treatment)
    assert (read == wanted).all()


def test_a_treatment_survives_its_json():
    mask = np.zeros((64, 96), bool)
    mask[50:56, 20:70:3] = True
    whole = Treatment("bff", 270, CROP, 14.985, Lettering.of(mask))
    assert Treatment.from_json(whole.as_json()) == whole
    assert (Treatment.from_json(whole.as_json()).lettering.mask((96, 64)) == mask).all()
    assert Treatment().as_json() == {}


@pytest.mark.parametrize(
    "broken",
    [
        {"rotate": 45},
        {"crop": [0, 0, 2, 1]},
        {"crop": [0, 0, 1]},
        {"fps": "quick"},
        {"lettering": {"size": [96, 64], "box": [0, 0, 200, 10], "mask": ""}},
        {"lettering": {"size": [96, 64], "box": [0, 0, 20, 10], "mask": "AAAA"}},
    ],
)
def test_a_damaged_treatment_is_refused_in_one_line(broken):
    with pytest.raises(BadInput, match="treatment of the footage"):
        Treatment.from_json(broken)


def test_the_original_read_again_is_what_the_take_was_made_of(take, filmed):
    cut = replace(take.sources[0], treatment={"crop": [0.25, 0, 0.75, 1], "rotate": 180})
    (truth,) = replace(take, sources=(cut,)).truth(Framing((96, 160)), 3, 4)
    wanted = filmed.pictures[3][::-1, ::-1][:, 48:144]
    assert np.abs(truth.astype(int) - wanted).mean() < 3
