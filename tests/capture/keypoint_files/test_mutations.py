"""Whatever is changed in a keypoint file, it is read or refused in one line, and never else."""

import copy
import json
import random

import numpy as np
import pytest

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.skeleton import COCO_17
from stickdance.checkpoints.errors import BadInput

FLAT = [value for joint in range(17) for value in (joint + 1.0, 5.0, 0.5)]
FILES = {
    "openpose": {"people": [{"pose_keypoints_2d": [*FLAT, 1, 1, 1]}] * 2},
    "alphapose": [{"image_id": f"{n}.jpg", "keypoints": FLAT, "score": 1} for n in range(3)],
    "results": [{"image_id": n, "category_id": 1, "keypoints": FLAT} for n in range(3)],
    "picture": [{"keypoints": FLAT, "bbox": [1, 2, 3, 4], "score": 0.5}] * 2,
    "video": [{"frame": n, "predictions": [{"keypoints": FLAT}]} for n in (1, 2, 3)],
    "named": [{name: {"x": 1, "y": 2, "score": 0.5} for name in COCO_17.joints}] * 2,
    "arrays": [[[1.0, 2.0, 0.5]] * 17] * 3,
    "data set": {
        "info": {"fps": 25},
        "images": [{"id": n, "file_name": f"{n}.png", "width": 9, "height": 9} for n in (1, 2)],
        "annotations": [{"image_id": 2, "keypoints": FLAT, "keypoint_scores": [1] * 17}],
        "categories": [{"keypoints": list(COCO_17.joints)}],
    },
}
JUNK = (
    *(None, True, 0, -1, 1e308, float("nan"), float("inf"), 10**30, "x", "", "1.5"),
    *([], {}, [[]], [None], {"x": 1}, {"x": None, "y": {}}, [{"x": [1], "y": 2}]),
)


def places(value, at=()):
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in parts:
        if isinstance(part, (dict, list)):
            yield from places(part, (*at, key))
        else:
            yield (*at, key)


def mutated(value, chance: random.Random):
    value = copy.deepcopy(value)
    for _ in range(chance.choice([1, 1, 2, 4])):
        *way, last = chance.choice([place for place in places(value) if place])
        holder = value
        for key in way:
            holder = holder[key]
        if chance.random() < 0.7:
            holder[last] = copy.deepcopy(chance.choice(JUNK))
        else:
            del holder[last]
        if not value:
            break
    return value


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", FILES)
def test_changed_files_are_read_or_refused_in_one_line(tmp_path, name):
    chance = random.Random(name)
    file = tmp_path / "a.json"
    refused = 0
    for _ in range(150):
        file.write_text(json.dumps(mutated(FILES[name], chance)))
        try:
            found = read_keypoints(file)
        except BadInput as error:
            assert "a.json" in str(error) and "\n" not in str(error)
            refused += 1
            continue
        for person in (person for people in found.frames for person in people):
            there = person.confidence > 0
            assert np.isfinite(person.points[there]).all()
            assert np.isnan(person.points[~there]).all()
    assert 0 < refused < 150
