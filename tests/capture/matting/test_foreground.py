import cv2
import numpy as np

from stickdance.capture.matting.foreground import foreground


def soft(filmed):
    truth = cv2.GaussianBlur(filmed.mattes[10], (0, 0), 2)
    share = truth[..., None] / 255
    return truth, np.rint(share * [150, 20, 35] + (1 - share) * filmed.room).astype(np.uint8)


def test_nothing_of_the_old_room_comes_along(filmed):
    """Over green, the rim is the person's red and green; the frame's own colours bring the wall."""
    truth, picture = soft(filmed)
    own = foreground(picture, truth, filmed.room)
    share = truth[..., None] / 255
    wanted = share * [150, 20, 35] + (1 - share) * [0, 255, 0]
    errors = [
        np.abs(share * colours + (1 - share) * [0, 255, 0] - wanted)[truth > 0].mean()
        for colours in (picture, own)
    ]
    assert errors[1] < 0.2 * errors[0]
    assert errors[1] < 1


def test_over_its_own_room_the_frame_comes_back(filmed):
    truth, picture = soft(filmed)
    own = foreground(picture, truth, filmed.room)
    share = truth[..., None] / 255
    again = share * own + (1 - share) * filmed.room
    assert np.abs(again - picture).max() < 12
    assert np.abs(again - picture).mean() < 0.5


def test_what_is_all_person_or_all_room_is_left_alone(filmed):
    truth, picture = soft(filmed)
    sure = (truth == 0) | (truth == 255)
    assert (foreground(picture, truth, filmed.room)[sure] == picture[sure]).all()
    assert (foreground(picture, np.zeros_like(truth), filmed.room) == picture).all()
