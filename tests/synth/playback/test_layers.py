import numpy as np

from stickdance.synth.playback.layers import Layer, grown, united

RNG = np.random.default_rng(0)
ROOM = RNG.integers(0, 256, (40, 30, 3), dtype=np.uint8)


def layer(left=5, top=8):
    """A person of random colours and matte, 12 wide and 20 high, and the picture they came from."""
    picture = RNG.integers(0, 256, (20, 12, 3), dtype=np.uint8)
    matte = (RNG.integers(0, 16, (20, 12)) / 15).astype(np.float32)
    behind = ROOM[top : top + 20, left : left + 12]
    return Layer.of(picture, matte, behind, left, top), picture


def test_over_the_same_room_a_person_is_the_very_picture_whatever_the_matte_missed():
    made, picture = layer()
    frame = made.painted(ROOM).over(ROOM)[0]
    assert np.abs(frame[8:28, 5:17].astype(int) - picture).max() <= 1
    frame[8:28, 5:17] = ROOM[8:28, 5:17]
    assert np.array_equal(frame, ROOM)


def test_what_lies_beyond_the_frame_is_cut_off():
    made, _ = layer(left=5)
    outside = Layer(made.pixels, -4, 30)
    painted = outside.painted(ROOM)
    assert painted.window == (30, 40, 0, 8)
    assert np.array_equal(painted.mattes[0], made.pixels[:10, 4:, 3])
    assert Layer(made.pixels, 200, 0).painted(ROOM).over(ROOM).shape == (1, 40, 30, 3)


def test_a_layer_twice_mirrored_is_itself():
    made, _ = layer()
    assert made.mirrored(30).left == 30 - 5 - 12
    assert np.array_equal(made.mirrored(30).mirrored(30).pixels, made.pixels)


def test_boxes_are_united_and_grown():
    assert united((0, 5, 10, 15), (5, 0, 20, 10)) == (0, 0, 20, 15)
    assert grown((0, 5, 10, 15), 2) == (-2, 3, 12, 17)
