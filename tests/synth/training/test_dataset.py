from dataclasses import replace

import numpy as np
import pytest
import torch

from stickdance.capture.matting.cast_shadow import WEIGHTS, CastShadow
from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.stick_figure import StickStyle
from stickdance.capture.take.room import RoomLight
from stickdance.synth.appearance.appearance import Appearance
from stickdance.synth.compute.image_tensors import as_pictures
from stickdance.synth.generators.recipe import Augmentation
from stickdance.synth.rendering.shadowing import cast
from stickdance.synth.training.dataset import TakeDataset, window_size

CALM = Augmentation(
    reshape=0, light=0, lost_limb=0, joints=0, source_noise=0, placed=0, windows=False
)


@pytest.fixture(scope="module")
def appearance(tiny_take):
    stop = tiny_take.training_frames
    pictures = zip(tiny_take.frames(0, stop), tiny_take.mattes(0, stop), strict=True)
    return Appearance.fit(pictures, tiny_take.poses.points[:stop], tiny_take.size)


@pytest.fixture(scope="module")
def samples(tiny_take, appearance):
    def make(**named):
        framing, style = Framing(tiny_take.size), StickStyle()
        return TakeDataset(tiny_take, framing, named.pop("paint", appearance), style, **named)

    return make


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_a_batch_has_the_shapes_and_ranges_of_the_generators(samples):
    data = samples()
    width, height = data.window
    batch = data.batch(0, 3)
    shapes = {name: tuple(values.shape) for name, values in batch.items()}
    assert shapes == {
        "stick": (3, 3, height, width), "warped": (3, 4, height, width),
        "photo": (3, 3, height, width), "plate": (3, 3, height, width),
        "matte": (3, 1, height, width), "detail": (3, 1, height, width), "head": (3, 4),
    }  # fmt: skip
    heads = batch.pop("head")
    assert all(values.dtype == torch.float32 for values in batch.values())
    assert ((heads >= 0) & (heads <= max(width, height))).all()
    for name in ("stick", "photo", "plate", "warped"):
        assert -1 <= batch[name][:, :3].min() < batch[name][:, :3].max() <= 1
    for alpha in (batch["matte"], batch["warped"][:, 3]):
        assert 0 <= alpha.min() < alpha.max() <= 1


def test_a_sample_is_drawn_by_seed_and_number_alone(samples):
    one, other, third = samples(seed=5), samples(seed=5), samples(seed=6)
    one.batch(0, 4)
    assert equal(one.batch(3, 4), other.batch(3, 4))
    assert not equal(one.batch(3, 4), third.batch(3, 4))
    assert equal(one[13], {name: values[1] for name, values in one.batch(3, 4).items()})


def test_without_augmentation_sample_n_is_whole_frame_n(samples, tiny_take):
    plain = samples(augment=False, start=4, stop=9)
    assert len(plain) == 5
    frame = next(iter(tiny_take.frames(6, 7)))
    assert (as_pictures(plain[2]["photo"][None])[0] == frame).all()


def test_stick_figure_photo_and_warped_pixels_lie_upon_one_another(samples):
    data = samples(augmentation=Augmentation(reshape=1, scale=0.2, turn=20, flip=0.5))
    for number in range(12):
        sample = data[number]
        drawn = (sample["stick"] > 0).any(0)
        assert (sample["matte"][0][drawn] > 0.5).float().mean() > 0.8
        assert (sample["warped"][3][drawn] > 0.5).float().mean() > 0.6


def test_outside_the_person_photo_and_plate_stay_alike_under_every_augmentation(samples):
    data = samples(augmentation=Augmentation(reshape=1, light=1, gain=0.3, flip=0.5))
    for number in range(8):
        sample = data[number]
        outside = (sample["matte"][0] < 0.02)[2:-2, 2:-2]
        apart = (sample["photo"] - sample["plate"])[:, 2:-2, 2:-2].abs().mean(0)
        assert apart[outside].mean() < 0.06


def test_warped_pixels_do_not_come_from_the_sample_itself(samples, monkeypatch):
    asked = []
    data = samples(augmentation=CALM, start=3)
    real = data.appearance.paint

    def watched(points, confidence, exclude, **named):
        asked.append((points, exclude))
        return real(points, confidence, exclude=exclude, **named)

    monkeypatch.setattr(data.appearance, "paint", watched)
    for number in range(10):
        data[number]
    for points, exclude in asked:
        own = int(np.abs(data.points - points[0]).sum((1, 2)).argmin()) + 3
        first, last = exclude[0]
        assert first <= own - 1
        assert own + 2 <= last


def test_a_lost_limb_is_missing_in_the_warped_pixels_only(samples):
    with_all = samples(augmentation=CALM)
    without = samples(
        augmentation=Augmentation(reshape=0, light=0, lost_limb=1, joints=0, windows=False)
    )
    lost = 0.0
    for number in range(10):
        one, other = with_all[number], without[number]
        if torch.equal(one["photo"], other["photo"]):
            assert torch.equal(one["stick"], other["stick"])
            lost += float((one["warped"][3] - other["warped"][3]).sum())
    assert lost > 0


@pytest.mark.parametrize(
    ("option", "amount", "changed", "kept"),
    [
        ("joints", 0.02, "stick", "warped"),
        ("source_noise", 1.0, "warped", "stick"),
        ("placed", 1.0, "warped", "stick"),
    ],
)
def test_shifted_joints_and_other_sources_change_one_thing_alone(
    samples, option, amount, changed, kept
):
    plain, varied = (samples(augmentation=replace(CALM, **{option: by})) for by in (0.0, amount))
    one, other = plain[0], varied[0]
    assert torch.equal(one["photo"], other["photo"])
    assert torch.equal(one[kept], other[kept])
    assert not torch.equal(one[changed], other[changed])


def test_a_limb_can_be_missing_in_the_stick_figure_alone(samples):
    whole = samples(augmentation=replace(CALM, lost_stick=0.0))
    lacking = samples(augmentation=replace(CALM, lost_stick=1.0))
    alike = 0
    for number in range(12):
        one, other = whole[number], lacking[number]
        if torch.equal(one["photo"], other["photo"]):
            alike += 1
            drawn, left = ((each["stick"] > -1).any(0).sum() for each in (one, other))
            assert left < drawn
    assert alike > 0


def test_head_boxes_are_mirrored_with_the_picture(samples, tiny_take):
    plain, mirrored = (samples(augmentation=replace(CALM, flip=flip)) for flip in (0.0, 1.0))
    width = tiny_take.size[0]
    for number in range(6):
        one, other = plain[number], mirrored[number]
        if torch.equal(one["photo"].flip(-1), other["photo"]):
            left, top, side, _ = one["head"].tolist()
            assert abs(other["head"][0] - (width - left - side)) <= 1
            assert other["head"][1:].tolist() == [top, side, side]


def test_a_head_that_the_window_cuts_has_no_box(samples):
    data = samples()
    data.window = width, height = 32, 32
    seen = [data[number]["head"].tolist() for number in range(40)]
    assert [0, 0, 0, 0] in seen
    for left, top, side, _ in seen:
        assert 0 <= left <= width - side
        assert 0 <= top <= height - side
    assert sum(side > 0 for _, _, side, _ in seen) > 8


def test_without_appearance_frames_are_whole_and_warped_pixels_empty(samples, tiny_take):
    sample = samples(paint=None)[0]
    assert sample["photo"].shape[1:] == (tiny_take.size[1], tiny_take.size[0])
    assert (sample["warped"][3] == 0).all()


def test_pictures_that_do_not_fit_in_memory_go_to_a_file_and_stay_the_same(samples):
    held, streamed = samples(seed=1), samples(seed=1, most_bytes=1000)
    assert isinstance(streamed._pictures, np.memmap)
    assert equal(held.batch(2, 3), streamed.batch(2, 3))


@pytest.mark.parametrize("size", [(160, 256), (320, 512), (512, 512), (64, 64), (32, 32), (50, 90)])
def test_windows_fit_the_picture_and_the_budget(size):
    width, height = window_size(size, size)
    assert width <= size[0]
    assert height <= size[1]
    assert width * height <= 1.2 * 192 * 256
    assert width == size[0] or width % 16 == 0
    assert height == size[1] or height % 16 == 0


def test_pairs_are_a_frame_and_the_one_after_it_varied_alike(samples):
    calm = samples(augmentation=replace(CALM, pairs=True), seed=3)
    batch = calm.batch(0, 2)
    single = samples(augment=False, augmentation=CALM)
    for pair in range(2):
        whole = [single.samples([n])["photo"][0] for n in range(len(single))]
        first = next(n for n, photo in enumerate(whole) if torch.equal(photo, batch["photo"][pair]))
        assert torch.equal(whole[first + 1], batch["next_photo"][pair])
    assert batch["motion"].shape == batch["flow"].shape == (2, 2, 64, 64)
    varied = samples(augmentation=Augmentation(reshape=1, light=1, pairs=True)).batch(0, 2)
    person = (varied["matte"] > 0.1) | (varied["next_matte"] > 0.1)
    grown = torch.nn.functional.max_pool2d(person.float(), 9, 1, 4)
    still = (varied["photo"] - varied["next_photo"]).abs() * (1 - grown)
    assert still.mean() < 0.02


SHADOW = CastShadow(np.full(WEIGHTS, -0.016, np.float32), np.ones(3, np.float32), 0.6)


def test_a_cast_shadow_tells_the_network_nothing_and_is_left_to_rendering(tiny_take, appearance):
    def shown(shadow):
        light = np.ones((tiny_take.frame_count, 3), np.float32)
        take = replace(tiny_take, room=RoomLight(shadow, light, np.zeros((64, 64))))
        data = TakeDataset(take, Framing(take.size), appearance, StickStyle(), augment=False)
        return data.samples([0, 5])

    filmed, freed = shown(None), shown(SHADOW)
    for name in ("plate", "stick", "warped", "matte"):
        assert torch.equal(filmed[name], freed[name])
    (plate,) = as_pictures(freed["plate"][:1])
    pairs = zip(as_pictures(filmed["photo"]), as_pictures(freed["photo"]), strict=True)
    for (real, lighter), matte in zip(pairs, freed["matte"][:, 0].numpy(), strict=True):
        assert lighter.mean() > real.mean() + 2
        again = lighter.copy()
        cast(again, plate, matte, SHADOW)
        assert np.abs(again.astype(int) - real).mean() < 1


WIDE = Framing((128, 64), (-0.5, 0.0, 1.5, 1.0))


def wide_samples(take, **named):
    plate = framed_plate(take.plate, WIDE)
    pictures = (
        (WIDE.picture(frame, plate), WIDE.picture(matte))
        for frame, matte in zip(take.frames(0, 24), take.mattes(0, 24), strict=True)
    )
    poses = take.poses.part(0, 24).framed(WIDE)
    paint = named.pop("paint", Appearance.fit(pictures, poses.points, WIDE.size))
    return TakeDataset(take, WIDE, paint, StickStyle(), **named)


def test_beyond_the_frame_a_photo_shows_the_plate_and_nobody(tiny_take):
    batch = wide_samples(tiny_take, augment=False).samples([0, 5])
    for beyond in (slice(0, 32), slice(96, 128)):
        assert torch.equal(batch["photo"][..., beyond], batch["plate"][..., beyond])
        assert batch["matte"][..., beyond].max() == 0
    assert (batch["filmed"] == 1).all()
    assert batch["matte"].max() > 0.9


def test_where_the_person_leaves_the_frame_the_photo_does_not_tell_what_is_beyond(tiny_take):
    points = tiny_take.poses.points.copy()
    points[5, tiny_take.poses.skeleton.index["left_wrist"]] = (63, 30)
    take = replace(tiny_take, poses=replace(tiny_take.poses, points=points))
    told = wide_samples(take, augment=False).samples([0, 5])["filmed"]
    assert (told[0] == 1).all()
    assert (told[1, ..., 32:96] == 1).all()
    assert told[1, ..., :32].max() == told[1, ..., 96:].max() == 0


def test_windows_are_as_large_as_within_the_frame_and_lie_where_somebody_was_filmed(tiny_take):
    data = wide_samples(tiny_take)
    assert data.window == window_size((64, 64), (64, 64))
    assert all(data[number]["matte"].max() > 0.5 for number in range(20))


def test_generators_of_whole_frames_learn_the_continued_room_too(tiny_take):
    assert "filmed" not in wide_samples(tiny_take, paint=None, augment=False)[0]


def test_the_frame_after_tells_as_much(tiny_take):
    batch = wide_samples(tiny_take, augmentation=replace(CALM, pairs=True)).batch(0, 2)
    assert batch["next_filmed"].shape == batch["filmed"].shape == batch["matte"].shape
