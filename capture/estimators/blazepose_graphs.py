"""BlazePose's two networks apart: who is in a picture, and how one person in a region stands.

`mediapipe.solutions.pose` joins them for the surest person of a picture alone. Here the same parts
of the wheel are wired anew, so that several people can be found and each be followed.

Source: google-ai-edge/mediapipe, modules/pose_detection and modules/pose_landmark (the graphs
`PoseDetectionCpu`, `PoseLandmarkByRoiCpu` and `PoseLandmarksToRoi`, which lie inside the wheel).
"""

import math
import os
from typing import Any

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.estimators.regions import Found, Region

_MARGIN = 1.25  # a region is larger than the person by this factor, as the landmark network expects

_DETECTION = """
input_stream: "image"
output_stream: "detections"
node {
  calculator: "PoseDetectionCpu"
  input_stream: "IMAGE:image"
  output_stream: "DETECTIONS:detections"
}
"""

_LANDMARKS = """
input_stream: "image"
input_stream: "region"
input_side_packet: "model_complexity"
input_side_packet: "enable_segmentation"
output_stream: "landmarks"
output_stream: "next_region"
output_stream: "mask"
node {
  calculator: "ImagePropertiesCalculator"
  input_stream: "IMAGE_CPU:image"
  output_stream: "SIZE:size"
}
node {
  calculator: "PoseLandmarkByRoiCpu"
  input_stream: "IMAGE:image"
  input_stream: "ROI:region"
  input_side_packet: "MODEL_COMPLEXITY:model_complexity"
  input_side_packet: "ENABLE_SEGMENTATION:enable_segmentation"
  output_stream: "LANDMARKS:landmarks"
  output_stream: "AUXILIARY_LANDMARKS:auxiliary"
  output_stream: "SEGMENTATION_MASK:segmentation"
}
node {
  calculator: "PoseLandmarksToRoi"
  input_stream: "LANDMARKS:auxiliary"
  input_stream: "IMAGE_SIZE:size"
  output_stream: "ROI:next_region"
}
node {
  calculator: "FromImageCalculator"
  input_stream: "IMAGE:segmentation"
  output_stream: "IMAGE_CPU:mask"
}
"""


class PersonDetector:
    """Finds the people of a picture: a region around each, the surest first."""

    def __init__(self) -> None:
        self._graph = _Graph(_DETECTION, ("detections",), {})

    def __call__(self, picture: np.ndarray) -> list[Region]:
        """Return the region of each person in an RGB picture (height, width, 3)."""
        from mediapipe.python import packet_getter

        packet = self._graph.run(picture)["detections"]
        found = [] if packet is None else packet_getter.get_proto_list(packet)
        found = sorted(found, key=lambda detection: -detection.score[0])
        return [_region_of(detection, picture) for detection in found]

    def close(self) -> None:
        """Release the graph."""
        self._graph.close()


class LandmarkNetwork:
    """Finds the joints and the matte of the person in a region of a picture."""

    def __init__(self) -> None:
        from mediapipe.python import packet_creator

        constants = {
            "model_complexity": packet_creator.create_int(1),
            "enable_segmentation": packet_creator.create_bool(True),
        }
        self._graph = _Graph(_LANDMARKS, ("landmarks", "next_region", "mask"), constants)

    def __call__(self, picture: np.ndarray, region: Region) -> Found | None:
        """Return the person in `region` of an RGB picture, None where the network sees none."""
        from mediapipe.framework.formats import rect_pb2
        from mediapipe.python import packet_creator, packet_getter

        height, width = picture.shape[:2]
        rectangle = rect_pb2.NormalizedRect(
            x_center=region.x / width,
            y_center=region.y / height,
            width=region.side / width,
            height=region.side / height,
            rotation=region.rotation,
        )
        answer = self._graph.run(picture, region=packet_creator.create_proto(rectangle))
        landmarks, following, mask = (answer[name] for name in ("landmarks", "next_region", "mask"))
        if landmarks is None or following is None or mask is None:
            return None
        marks = packet_getter.get_proto(landmarks).landmark
        following = packet_getter.get_proto(following)
        soft = packet_getter.get_image_frame(mask).numpy_view()
        return Found(
            _person_of(marks, width, height),
            (soft.clip(0, 1) * 255 + 0.5).astype(np.uint8),
            Region(
                following.x_center * width,
                following.y_center * height,
                following.width * width,
                following.rotation,
            ),
        )

    def close(self) -> None:
        """Release the graph."""
        self._graph.close()


class _Graph:
    """A MediaPipe graph that answers picture by picture."""

    def __init__(self, text: str, outputs: tuple[str, ...], constants: dict[str, Any]) -> None:
        import mediapipe
        from google.protobuf import text_format
        from mediapipe.framework import calculator_pb2
        from mediapipe.python._framework_bindings import calculator_graph, resource_util

        root = os.path.dirname(os.path.dirname(os.path.abspath(mediapipe.__file__)))
        resource_util.set_resource_dir(root)
        config = text_format.Parse(text, calculator_pb2.CalculatorGraphConfig())
        self._graph = calculator_graph.CalculatorGraph(graph_config=config)
        self._answer: dict[str, Any] = {}
        self._outputs = outputs
        self._time = 0
        for name in outputs:
            self._graph.observe_output_stream(name, self._note, True)
        self._graph.start_run(constants)

    def run(self, picture: np.ndarray, **packets: Any) -> dict[str, Any]:
        """Return the packet of each output, None where it stayed empty."""
        import mediapipe
        from mediapipe.python import packet_creator

        self._time += 1
        self._answer = dict.fromkeys(self._outputs)
        image = packet_creator.create_image_frame(
            image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture)
        )
        for name, packet in {"image": image, **packets}.items():
            self._graph.add_packet_to_input_stream(name, packet.at(self._time))
        self._graph.wait_until_idle()
        return self._answer

    def close(self) -> None:
        self._graph.close()

    def _note(self, name: str, packet: Any) -> None:
        self._answer[name] = None if packet.is_empty() else packet


def _region_of(detection: Any, picture: np.ndarray) -> Region:
    """Return the square about the hips that the second key point, at its rim, gives size and turn.

    The line from the hips to that point runs up the body.
    """
    height, width = picture.shape[:2]
    hips, rim = detection.location_data.relative_keypoints[:2]
    x, y = hips.x * width, hips.y * height
    right, up = rim.x * width - x, y - rim.y * height
    turn = math.pi / 2 - math.atan2(up, right)
    turn = (turn + math.pi) % (2 * math.pi) - math.pi
    return Region(x, y, 2 * math.hypot(right, up) * _MARGIN, turn)


def _person_of(marks: Any, width: int, height: int) -> Person:
    values = np.array([(mark.x, mark.y, mark.z, mark.visibility) for mark in marks], np.float32)
    values = values[:33]
    return Person(
        points=values[:, :2] * np.array([width, height], np.float32),
        confidence=values[:, 3].clip(0, 1),
        depth=-values[:, 2] * width,  # z is in frame widths, smaller nearer to the camera
    )
