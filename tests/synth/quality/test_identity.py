from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from skimage.transform import SimilarityTransform, warp

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.synth.quality import identity
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.identity import FaceIdentity, cosine, five_marks, load_identity
from stickdance.synth.quality.scores import Scorer

onnx = pytest.importorskip("onnx")
STANDARD = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)
"""Where ArcFace and SFace want eyes, nose and corners of the mouth on 112 x 112 pixels."""


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory):
    """A network of the right form whose numbers are the means of 4 x 4 blocks of each channel."""
    kinds = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node(
                "AveragePool", ["data"], ["blocks"], kernel_shape=[28, 28], strides=[28, 28]
            ),
            onnx.helper.make_node("Flatten", ["blocks"], ["fc1"]),
        ],
        "blocks",
        [onnx.helper.make_tensor_value_info("data", kinds, [1, 3, 112, 112])],
        [onnx.helper.make_tensor_value_info("fc1", kinds, [1, 48])],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 11)])
    model.ir_version = 8
    path = tmp_path_factory.mktemp("networks") / "blocks.onnx"
    onnx.save(model, path)
    return cv2.FaceRecognizerSF.create(str(path), "")


def picture(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
    return cv2.resize(small, (240, 180), interpolation=cv2.INTER_CUBIC)


def turned(angle: float) -> np.ndarray:
    """The standard marks, smaller, turned and elsewhere."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (STANDARD - 56) @ turn.T * 0.6 + (120, 90)


@pytest.mark.parametrize("angle", [0, 0.4, -0.9])
def test_a_face_is_laid_upright_on_its_standard_marks_before_it_is_seen(recogniser, angle):
    rgb, marks = picture(0), turned(angle)
    way = SimilarityTransform.from_estimate(STANDARD, marks)
    upright = warp(rgb.astype(float), way, output_shape=(112, 112), order=1)
    blocks = upright.reshape(4, 28, 4, 28, 3).mean(axis=(1, 3)).transpose(2, 0, 1).reshape(-1)
    found = FaceIdentity(recogniser).numbers(rgb, marks)
    assert np.allclose(found, blocks, atol=1.0)


def test_the_score_is_the_cosine_of_what_is_seen():
    a, b = np.array([3.0, 4.0]), np.array([4.0, 3.0])
    assert cosine(a, a) == pytest.approx(1)
    assert cosine(a, b) == pytest.approx(24 / 25)
    assert cosine(a, -a) == pytest.approx(-1)
    assert cosine(a, 0 * b) == 0


def test_the_marks_are_the_middles_of_the_eyes_the_nose_and_the_corners_of_the_mouth():
    points = np.arange(136, dtype=float).reshape(68, 2)
    expected = [[77, 78], [89, 90], [60, 61], [96, 97], [108, 109]]
    assert five_marks(points).tolist() == expected


def person() -> Person:
    points = np.full((len(OPENPOSE_18), 2), np.nan)
    for name, at in (("nose", (120, 80)), ("neck", (120, 130)), ("right_hip", (110, 170))):
        points[OPENPOSE_18.index[name]] = at
    return Person(points, np.isfinite(points[:, 0]).astype(float))


def scored(recogniser, real, rendered, sure=0.9, people=(True, True)) -> float | None:
    points = np.zeros((68, 2))
    marks = turned(0.1)
    points[36:42], points[42:48], points[30], points[48], points[54] = marks

    def faces(rgb, region):
        assert np.hypot(region.x - 120, region.y - 80) < 5  # it is looked for where the head is
        return SimpleNamespace(points=points, sure=sure)

    who = [person() if there else None for there in people]
    pair = FramePair(real, rendered, real_person=who[0], rendered_person=who[1])
    score = Scorer(("csim",), {"csim": FaceIdentity(recogniser, faces)}).score(pair)
    assert list(score) == ["csim"]
    return score["csim"]


def test_the_same_face_scores_one_and_another_less(recogniser):
    assert scored(recogniser, picture(0), picture(0)) == pytest.approx(1)
    assert scored(recogniser, picture(0), picture(1)) < 0.99


def test_frames_without_a_person_or_a_face_have_no_score(recogniser):
    assert scored(recogniser, picture(0), picture(0), sure=0.2) is None
    assert scored(recogniser, picture(0), picture(0), people=(True, False)) is None


def test_without_its_network_it_is_said_which_file_is_lacking(monkeypatch, tmp_path, told):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    load_identity.cache_clear()
    assert load_identity().absent == "SFace: its weights are not here"
    assert "`stickdance models get sface` fetches them (39 MB)" in told.lines[0]
    with pytest.raises(WeightsAbsent):
        identity.check_weights()
    load_identity.cache_clear()
