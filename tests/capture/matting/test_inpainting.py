import cv2
import numpy as np

from stickdance.capture.matting.inpainting import continued, filled


def curtain():
    """Vertical folds, with fine cloth: what smooth filling turns to a grey blob."""
    chance = np.random.default_rng(0)
    folds = 140 + 50 * np.sin(np.arange(160) / 5)
    cloth = 14 * cv2.GaussianBlur(chance.standard_normal((200, 160)), (0, 0), 1.2)
    grey = (folds + cloth).clip(0, 255)
    return np.stack([grey, grey * 0.9, grey * 0.8], axis=-1).astype(np.uint8)


def hole():
    certainty = np.ones((200, 160), np.float32)
    cv2.ellipse(certainty, (80, 100), (22, 70), 0, 0, 360, 0.0, -1)
    return certainty


def detail(picture, where):
    down, right = np.gradient(picture.astype(float).mean(-1))
    return np.hypot(down, right)[where].mean()


def test_what_is_certain_stays_exactly_as_it_is():
    result = continued(curtain(), hole())
    kept = hole() == 1
    np.testing.assert_array_equal(result[kept], curtain()[kept])


def test_the_hole_gets_the_rooms_detail_where_smooth_filling_has_none():
    picture = curtain()
    inside = cv2.erode((hole() == 0).astype(np.uint8), np.ones((15, 15))) > 0
    ghost = picture.copy()
    ghost[hole() == 0] = (200, 20, 20)
    true = detail(picture, inside)
    smooth = detail(filled(ghost, hole()), inside)
    assert smooth < 0.4 * true
    assert detail(continued(ghost, hole()), inside) > 1.3 * smooth
    away = np.abs(continued(ghost, hole()).astype(int) - picture)[inside].mean()
    assert away < 32  # nothing of the red is left


def test_the_same_picture_gives_the_same_filling():
    np.testing.assert_array_equal(continued(curtain(), hole()), continued(curtain(), hole()))


def test_nothing_to_fill_and_too_little_to_fill_from_are_no_trouble():
    picture = curtain()
    np.testing.assert_array_equal(continued(picture, np.ones((200, 160))), picture)
    mostly = np.zeros((200, 160))
    mostly[:20] = 1
    np.testing.assert_array_equal(continued(picture, mostly), filled(picture, mostly))
    assert (continued(picture, np.zeros((200, 160))) == 128).all()
    tiny = np.ones((9, 9))
    tiny[4, 4] = 0
    assert continued(np.full((9, 9, 3), 77, np.uint8), tiny)[4, 4, 0] == 77
