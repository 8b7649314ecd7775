import cv2
import numpy as np

from stickdance.capture.matting.optical_flow import flow, moved


def test_a_picture_moved_along_the_flow_is_the_other():
    grain = np.random.default_rng(0).integers(0, 255, (120, 160, 3)).astype(np.uint8)
    picture = cv2.GaussianBlur(grain, (0, 0), 3)
    other = np.roll(picture, (2, 3), axis=(0, 1))
    box = np.s_[20:100, 20:140]
    (back,) = moved((other,), flow(picture, other), box)
    assert cv2.absdiff(back, picture[box]).mean() < 0.3 * cv2.absdiff(other, picture)[box].mean()
