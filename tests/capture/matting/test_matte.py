import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.matting.matte import Found, refined
from stickdance.capture.matting.plate import Plate, clean_plate
from stickdance.capture.pose.skeleton import OPENPOSE_18


def overlap(a, b):
    """Intersection over union of two mattes."""
    a, b = a > 127, b > 127
    return (a & b).sum() / (a | b).sum()


def known(room):
    """A room that was seen everywhere, and stood still."""
    return Plate(room, np.ones(room.shape[:2], bool), np.zeros(room.shape[:2], np.float32))


def coarse(matte):
    """What an estimator gives: soft, too wide, a quarter of the resolution."""
    small = cv2.resize(cv2.dilate(matte, np.ones((3, 3))), None, fx=1 / 4, fy=1 / 4)
    return cv2.resize(small, matte.shape[::-1], interpolation=cv2.INTER_LINEAR)


def test_refining_a_coarse_mask_finds_the_true_edge(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    for frame in (0, 17, 40):
        truth = filmed.mattes[frame]
        matte = refined(filmed.pictures[frame], coarse(truth), plate)
        assert overlap(coarse(truth), truth) < 0.87
        assert overlap(matte, truth) > 0.95


def test_what_the_mask_missed_comes_back(filmed):
    """A hand, and half of the body: the room is not seen there, and it is one with the person."""
    plate = clean_plate(filmed.pictures, filmed.mattes)
    x, y = np.rint(filmed.poses.joint("left_wrist")[10]).astype(int)
    mask = filmed.mattes[10].copy()
    mask[:, x - 8 : x + 20] = 0
    assert refined(filmed.pictures[10], mask, plate)[y, x] > 200
    mask = filmed.mattes[10].copy()
    mask[:, : int(filmed.poses.joint("nose")[10, 0])] = 0
    assert overlap(refined(filmed.pictures[10], mask, plate), filmed.mattes[10]) > 0.95


def test_a_shadow_is_the_room(filmed):
    """Deep at the feet, faint on the wall beside: neither is in the matte."""
    plate = clean_plate(filmed.pictures, filmed.mattes)
    person = Person(filmed.poses.points[10], filmed.poses.confidence[10])
    left = np.ones(filmed.mattes[10].shape, np.float32)
    feet = filmed.poses.joint("left_ankle")[10]
    cv2.ellipse(left, (int(feet[0]), int(feet[1])), (30, 6), 0, 0, 360, 0.55, -1)
    cv2.circle(left, (int(feet[0]) + 30, 60), 25, 0.9, -1)
    left = np.where(filmed.mattes[10] > 0, 1, cv2.GaussianBlur(left, (0, 0), 3))[..., None]
    picture = (filmed.pictures[10] * left).astype(np.uint8)
    matte = refined(picture, filmed.mattes[10], plate, Found(person, OPENPOSE_18))
    away = cv2.dilate(filmed.mattes[10], np.ones((5, 5))) == 0
    assert (left[..., 0] < 0.7)[away].sum() > 100
    assert matte[away].max() < 60
    assert overlap(matte, filmed.mattes[10]) > 0.95


def test_somebody_else_is_never_added(filmed):
    plate = known(filmed.room)
    picture, hidden = filmed.pictures[10].copy(), np.zeros_like(filmed.mattes[10])
    beside = np.flatnonzero(filmed.mattes[10][100])[-1] + 1
    other = np.s_[85:115, beside : beside + 15]
    picture[other], hidden[other] = (10, 200, 10), 255
    added = refined(picture, filmed.mattes[10], plate)
    assert (added[other] > 200).mean() > 0.5  # they stand at the hip, and are no room
    alone = refined(picture, filmed.mattes[10], plate, hidden=hidden)
    assert not alone[(hidden > 0) & (filmed.mattes[10] == 0)].any()


def test_soft_edges_are_as_soft_as_they_are(filmed):
    """A person blurred by pace, before a known room: nothing of it is let in, nothing cut off."""
    truth = cv2.GaussianBlur(filmed.mattes[10].astype(np.float32) / 255, (0, 0), 1.2)
    colour = np.array([150, 20, 35], np.float32)
    blend = truth[..., None] * colour + (1 - truth[..., None]) * filmed.room
    plate = known(filmed.room)
    matte = refined(np.rint(blend).astype(np.uint8), coarse(filmed.mattes[10]), plate)
    edge = (truth > 0.05) & (truth < 0.95)
    away = matte[edge] / 255 - truth[edge]
    assert np.abs(away).mean() < 0.06
    assert abs(away.mean()) < 0.03


def test_islands_far_from_the_person_are_dropped(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    mask = filmed.mattes[0].copy()
    cv2.circle(mask, (10, 10), 2, 255, -1)
    assert refined(filmed.pictures[0], mask, plate)[10, 10] == 0


def test_without_any_mask_there_is_no_matte(filmed):
    plate = clean_plate(filmed.pictures, filmed.mattes)
    assert not refined(filmed.pictures[0], np.zeros_like(filmed.mattes[0]), plate).any()


def test_where_the_background_was_never_seen_the_mask_stands(filmed):
    unseen = Plate(filmed.room, np.zeros(filmed.room.shape[:2], bool), np.zeros((160, 192)))
    matte = refined(filmed.pictures[0], filmed.mattes[0], unseen)
    assert overlap(matte, filmed.mattes[0]) > 0.99
