import cv2
import numpy as np

from stickdance.synth.playback.keeping import _kept

PLATE = np.full((120, 160, 3), 120, np.uint8)


def kept_of(picture, matte):
    """What is kept of a picture beside the person, (height, width)."""
    return _kept(picture.astype(np.float32) - PLATE, PLATE, matte)


def person():
    picture, matte = PLATE.copy(), np.zeros((120, 160), np.uint8)
    picture[30:110, 60:80] = (200, 40, 40)
    matte[30:110, 60:80] = 255
    return picture, matte


def test_somebody_beside_the_person_is_not_kept_nor_a_head_apart():
    picture, matte = person()
    picture[50:110, 84:110] = (30, 60, 200)
    cv2.circle(picture, (87, 44), 3, (230, 190, 170), -1)
    kept = kept_of(picture, matte)
    assert kept[50:110, 84:].max() < 0.1 and kept[42:47, 85:90].max() < 0.1
    assert kept[30:110, 60:80].min() == 1


def test_what_the_matte_missed_is_kept_and_a_shadow():
    picture, matte = person()
    picture[40:43, 80:84] = (210, 170, 150)  # a finger
    picture[100:110, 80:150] = 70
    kept = kept_of(picture, matte)
    assert kept[40:43, 80:84].min() > 0.9
    assert kept[102:108, 83].min() > 0.9
