from pathlib import Path

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from stickdance.capture.media.images import write_png
from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.quality import compare as module
from stickdance.synth.quality.compare import CompareOptions, compare
from stickdance.synth.quality.lpips import Lpips
from stickdance.synth.quality.psnr import mse, psnr, psnr_of_mean_mse
from stickdance.synth.quality.ssim import ssim_gaussian, ssim_luma, ssim_skimage


@pytest.fixture(autouse=True)
def _no_weights(monkeypatch):
    monkeypatch.setattr(module, "load_lpips", lambda *_: Lpips(None, "no weights in tests"))


def frames(seed, count=5, size=(64, 48)):
    random = np.random.default_rng(seed)
    return [random.integers(0, 256, (size[1], size[0], 3), np.uint8) for _ in range(count)]


def folder(path: Path, pictures, name="frame_{}.png"):
    for number, picture in enumerate(pictures):
        write_png(path / name.format(number), picture)
    return path


def video(path: Path, count, fps=25.0, size=(64, 48), step=4):
    with VideoWriter(path, size, fps) as writer:
        for number in range(count):
            frame = np.full((size[1], size[0], 3), 40, np.uint8)
            frame[:, step * number : step * number + 8] = 220
            writer.write(frame)
    return path


def test_two_folders_give_the_means_of_their_pairs(tmp_path):
    real, rendered = frames(1), frames(2)
    options = CompareOptions(metrics="default,ssim_skimage,ssim_luma")
    found = compare(folder(tmp_path / "a", real), folder(tmp_path / "b", rendered), options)
    pairs = list(zip(real, rendered, strict=True))
    assert found["frames"] == 5
    assert found["paired"] == "by name"
    errors = [mse(*pair) for pair in pairs]
    assert found["mse"] == pytest.approx(np.mean(errors))
    assert found["psnr"] == pytest.approx(np.mean([psnr(*pair) for pair in pairs]))
    assert found["psnr_of_mean_mse"] == pytest.approx(psnr_of_mean_mse(np.array(errors)))
    assert found["ssim_gaussian"] == pytest.approx(np.mean([ssim_gaussian(*p) for p in pairs]))
    assert found["ssim_skimage"] == pytest.approx(np.mean([ssim_skimage(*p) for p in pairs]))
    assert found["ssim_luma"] == pytest.approx(np.mean([ssim_luma(*p) for p in pairs]))
    assert found["warnings"] == []
    told = found["statistics"]["psnr"]
    assert told["standard_deviation"] == pytest.approx(np.std([psnr(*pair) for pair in pairs]))
    assert told["worst"][0]["value"] == min(psnr(*pair) for pair in pairs)


def test_what_is_not_asked_for_is_not_computed(tmp_path):
    sides = [folder(tmp_path / name, frames(seed)) for seed, name in enumerate("ab")]
    found = compare(*sides, CompareOptions(metrics="ssim", ssim="skimage"))
    assert set(found["statistics"]) == {"ssim_skimage"}
    assert "lpips" not in found
    with pytest.raises(UsageError, match="'visqol' is no score; known: "):
        compare(*sides, CompareOptions(metrics="psnr,visqol"))


def test_scores_that_cannot_be_had_are_none_with_a_reason(tmp_path):
    found = compare(folder(tmp_path / "a", frames(1)), folder(tmp_path / "b", frames(2)))
    assert found["ms_ssim"] is None
    assert found["lpips"] is None
    assert "161" in found["reasons"]["ms_ssim"]
    assert found["reasons"]["lpips"] == "no weights in tests"
    assert set(found["reasons"]) == {"ms_ssim", "lpips"}


def test_a_few_small_pictures_are_counted_in_the_reason(tmp_path):
    large, small = frames(1, 3, (170, 165)), frames(2, 2)
    found = compare(*(folder(tmp_path / name, large + small) for name in "ab"))
    assert found["ms_ssim"] == pytest.approx(1)
    assert found["reasons"]["ms_ssim"].endswith("(2 of 5 frames)")


def test_pictures_are_paired_by_name_and_the_others_reported(tmp_path):
    real = folder(tmp_path / "real", frames(1, 6))
    rendered = folder(tmp_path / "rendered", frames(1, 8))
    (real / "frame_0.png").unlink()
    (rendered / "frame_3.png").unlink()
    found = compare(real, rendered)
    assert found["frames"] == 4
    assert found["mse"] == 0
    assert found["psnr"] == 100
    assert found["missing"] == {"count": 1, "first": ["frame_3"]}
    assert found["extra"] == {"count": 3, "first": ["frame_0", "frame_6", "frame_7"]}
    assert len(found["warnings"]) == 2


def test_names_with_spaces_and_unicode_are_names(tmp_path):
    names = "tänzerin nr {}.png"
    found = compare(*(folder(tmp_path / side, frames(1), names) for side in ("a b", "ü")))
    assert found["frames"] == 5


def test_another_size_is_left_out_by_its_name_and_scaled_on_request(tmp_path):
    real = folder(tmp_path / "real", frames(1))
    rendered = folder(tmp_path / "rendered", frames(1))
    write_png(rendered / "frame_2.png", np.zeros((96, 128, 3), np.uint8))
    found = compare(real, rendered)
    assert found["frames"] == 4
    told = {"count": 1, "first": ["frame_2 is 128x96, expected 64x48"]}
    assert found["mis_sized"] == told
    found = compare(real, rendered, CompareOptions(resize=True))
    assert found["frames"] == 5
    assert found["mis_sized"] == told


def test_sides_of_another_size_are_refused_before_long(tmp_path):
    small, large = frames(1, 30), frames(1, 30, (80, 60))
    with pytest.raises(BadInput, match=r"frame_0 is 80x60, expected 64x48 as in .*--resize"):
        compare(folder(tmp_path / "a", small), folder(tmp_path / "b", large))


def test_folders_without_a_common_name_are_refused(tmp_path):
    with pytest.raises(BadInput, match="shares no frame"):
        compare(folder(tmp_path / "a", frames(1)), folder(tmp_path / "b", frames(1), "x{}.png"))


def test_two_pictures_of_one_name_are_refused(tmp_path):
    real = folder(tmp_path / "a", frames(1))
    (real / "frame_1.jpg").write_bytes((real / "frame_1.png").read_bytes())
    with pytest.raises(BadInput, match="share a name"):
        compare(real, folder(tmp_path / "b", frames(1)))


def test_a_video_is_identical_to_itself(tmp_path):
    one = video(tmp_path / "one.mp4", 10)
    found = compare(one, one)
    assert found["frames"] == 10
    assert found["mse"] == 0
    assert found["paired"] == "by number"


def test_a_shorter_video_is_scored_as_far_as_it_goes_and_reported(tmp_path):
    found = compare(video(tmp_path / "a.mp4", 12), video(tmp_path / "b.mp4", 9))
    assert found["frames"] == 9
    assert found["missing"] == {"count": 3, "first": ["frame 9", "frame 10", "frame 11"]}
    assert "lacks 3 frames" in found["warnings"][0]


def test_other_frame_rates_are_paired_by_time_and_it_is_said(tmp_path):
    slow = video(tmp_path / "slow.mp4", 10, fps=10, step=6)
    fast = video(tmp_path / "fast.mp4", 20, fps=20, step=3)
    found = compare(slow, fast)
    assert found["frames"] == 10
    assert found["paired"] == "by time"
    assert "20 frames a second" in found["warnings"][0]
    assert found["psnr"] > 30  # the bar moves alike, as it would not frame by frame


def test_a_folder_is_compared_with_a_video_in_the_order_of_its_numbers(tmp_path):
    from stickdance.capture.media.video import read_frames

    film = video(tmp_path / "film.mp4", 12)
    pictures = folder(tmp_path / "pictures", read_frames(film))  # frame_10 sorts before frame_2
    found = compare(pictures, film)
    assert found["frames"] == 12
    assert found["mse"] == 0


def test_bad_sides_are_refused_in_one_line(tmp_path):
    good = video(tmp_path / "good.mp4", 3)
    text = tmp_path / "text.mp4"
    text.write_text("not a video")
    (tmp_path / "empty").mkdir()
    for bad in (tmp_path / "absent.mp4", text, tmp_path / "empty"):
        for sides in ((good, bad), (bad, good)):
            with pytest.raises(BadInput) as error:
                compare(*sides)
            assert bad.name in str(error.value)
            assert "\n" not in str(error.value)


def test_a_damaged_picture_is_named_and_the_others_are_scored(tmp_path):
    real, rendered = (folder(tmp_path / side, frames(1)) for side in "ab")
    whole = (rendered / "frame_3.png").read_bytes()
    (rendered / "frame_3.png").write_bytes(whole[: len(whole) // 2])
    found = compare(real, rendered)
    assert found["frames"] == 4
    assert found["unreadable"]["count"] == 1
    assert "frame_3.png: is a damaged picture" in found["unreadable"]["first"][0]
    assert "1 frame cannot be read" in found["warnings"][0]


def test_pictures_of_other_kinds_are_compared_as_rgb_and_it_is_told(tmp_path):
    import cv2
    from PIL import Image

    real = frames(1, 5)
    folder(tmp_path / "real", real)
    rendered = tmp_path / "rendered"
    rendered.mkdir()
    deep = real[0].astype(np.uint16) * 257
    assert cv2.imwrite(str(rendered / "frame_0.png"), deep[..., ::-1])
    Image.fromarray(real[1]).convert("L").save(rendered / "frame_1.png")
    Image.fromarray(np.dstack([real[2], real[2][..., :1]])).save(rendered / "frame_2.png")
    Image.fromarray(real[3]).quantize(64).save(rendered / "frame_3.png")
    Image.fromarray(real[4]).save(rendered / "frame_4.png")
    found = compare(tmp_path / "real", rendered)
    assert found["frames"] == 5
    assert found["identical"] == 2  # 8 bits, and 16 that were 8 before
    assert {what: one["first"] for what, one in found["converted"].items()} == {
        "8 bits a channel scaled to the other side's 16": ["frame_0"],
        "grey to RGB": ["frame_1"],
        "transparency laid on black": ["frame_2"],
        "palette to RGB": ["frame_3"],
    }
    assert [line.partition(" (")[0] for line in found["warnings"]] == [
        "1 frame changed: 8 bits a channel scaled to the other side's 16",
        "1 frame changed: transparency laid on black",
    ]


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_a_channel_are_compared_at_sixteen(tmp_path, suffix):
    import cv2

    random = np.random.default_rng(3)
    stored = random.integers(0, 60_000, (170, 180, 3), np.uint16)
    other = np.clip(stored + random.normal(0, 500, stored.shape), 0, 65_535).astype(np.uint16)
    for name, change in (("a", stored), ("b", stored + np.uint16(210)), ("c", other)):
        (tmp_path / name).mkdir()
        assert cv2.imwrite(str(tmp_path / name / f"0.{suffix}"), change[..., ::-1])
    found = compare(tmp_path / "a", tmp_path / "b", CompareOptions(metrics="psnr"))
    assert found["psnr"] == pytest.approx(20 * np.log10(65_535 / 210), abs=1e-4)
    assert (found["identical"], found["warnings"]) == (0, [])
    found = compare(tmp_path / "a", tmp_path / "c", CompareOptions(metrics="default,ssim_luma"))
    expected = structural_similarity(
        stored, other, data_range=65_535, channel_axis=2, gaussian_weights=True, sigma=1.5,
        use_sample_covariance=False,
    )  # fmt: skip
    assert found["ssim_gaussian"] == pytest.approx(expected, abs=2e-5)
    assert found["ms_ssim"] == pytest.approx(1, abs=0.01)


def test_a_video_faces_an_npz_and_a_picture_a_picture(tmp_path):
    from stickdance.capture.media.video import read_frames

    film = video(tmp_path / "film.mp4", 6)
    np.savez_compressed(tmp_path / "film.npz", frames=np.stack(list(read_frames(film))))
    found = compare(film, tmp_path / "film.npz")
    assert (found["frames"], found["identical"], found["paired"]) == (6, 6, "by number")
    assert found["statistics"]["psnr"]["worst"][1]["seconds"] == 1 / 25
    folder(tmp_path / "a", frames(1, 1))
    one = tmp_path / "a" / "frame_0.png"
    assert compare(one, one)["identical"] == 1


def test_a_video_cut_short_is_refused_by_its_name(tmp_path):
    whole = video(tmp_path / "whole.mp4", 40)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[:-400])
    with pytest.raises(BadInput, match=r"cut\.mp4: .*cut short"):
        compare(whole, cut)


def test_flicker_counts_from_frame_to_frame(tmp_path):
    random = np.random.default_rng(0)
    still = random.integers(60, 180, (48, 64, 3), np.uint8)
    flickering = [still + 8 * (number % 2) for number in range(6)]
    sides = folder(tmp_path / "a", [still] * 6), folder(tmp_path / "b", flickering)
    found = compare(*sides, CompareOptions(metrics="flicker"))
    assert found["flicker"] == pytest.approx(64)
    assert found["flicker_real"] == 0
    assert found["statistics"]["flicker"]["count"] == 5
    assert found["reasons"] == {}
    (sides[1] / "frame_3.png").unlink()  # so frame 4 has none before it
    assert compare(*sides, CompareOptions(metrics="flicker"))["statistics"]["flicker"]["count"] == 3


def test_memory_does_not_grow_with_the_length(tmp_path):
    import tracemalloc

    peaks = []
    for count in (500, 770):  # of the first 480, small pictures are kept
        film = video(tmp_path / f"{count}.mp4", count, step=0)
        tracemalloc.start()
        compare(film, film, CompareOptions(metrics="psnr"))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 300_000  # 270 frames more have 2.5 MB
