import pytest

from stickdance.tools.pages.quality_words import what_is_wrong

USUAL = {"offset": None, "rate": None, "colours": None, "framing": [], "tags": []}
LAG = "the rendered side lags by 1 frame; aligned (--align 1) PSNR 41 instead of 20"


def summary(mismatch=None, **values):
    return {
        "frames": 100,
        "identical": 0,
        "missing": {"count": 0},
        "mismatch": {**USUAL, **(mismatch or {})},
        "warnings": [],
        "ssim_gaussian": 0.93,
        "statistics": {"ssim_gaussian": {"worst": [{"frame": "frame 7", "value": 0.9}]}},
        **values,
    }


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (summary(), "Nothing stands out: .*SSIM .* is worst at frame 7"),
        (summary(identical=100), "Both sides are identical"),
        (summary(missing={"count": 100}), "100 of 200 frames are missing"),
        (summary({"offset": 1}, warnings=["1 pixel", LAG]), "The rendered side lags by 1 frame"),
        (summary({"framing": ["the rendered side has black bars"]}), "black bars"),
        (
            summary({"colours": "grey"}, warnings=["the rendered side has no colours"]),
            "has no colours",
        ),
        (
            summary(**{"hands.ssim_gaussian": 0.7, "face.ssim_gaussian": 0.9}),
            "The hands are worst: SSIM .* 0.7, 0.93 in the whole frame",
        ),
        (summary(flicker=60.0, flicker_real=8.0), "It flickers: 60"),
        (
            summary(sharpness=1.4, ssim_gaussian=0.8),
            r"It is sharper than the reference \(1.40 times\), but not more alike",
        ),
        (summary(sharpness=0.5), "It is softer than the reference"),
        (
            summary(drift={"ssim_gaussian": {"worse": True, "first_10_s": 0.95, "later": 0.8}}),
            "It gets worse with time: SSIM .* 0.95 in the first 10 s, 0.8 later",
        ),
    ],
)
def test_one_sentence_says_what_is_wrong(found, sentence):
    import re

    told = what_is_wrong(found, "ssim_gaussian")
    assert re.search(sentence, told)
    assert told.endswith(".")
    assert "\n" not in told
