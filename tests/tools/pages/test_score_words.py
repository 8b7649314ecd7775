from stickdance.tools.pages.score_words import score_table, scores_in_words

NEAREST = {"ssim_gaussian": 0.80, "psnr": 20.0, "ms_ssim": None, "lpips": 0.2, "sharpness": 0.9}
CEILING = {"ssim_gaussian": 0.96, "psnr": 40.0, "lpips": 0.01}
ABSENT = "AlexNet: its weights are not here"


def scores(**own):
    return {**NEAREST, "baselines": {"nearest_frame": NEAREST, "ceiling": CEILING}, **own}


def test_better_in_every_score_is_better():
    line = scores_in_words(scores(ssim_gaussian=0.9, psnr=25.0, lpips=0.1))[0]
    assert line.startswith("Better than the nearest filmed frame: SSIM 0.9 against 0.8, ")
    assert "PSNR 25 against 20 dB" in line


def test_better_in_some_scores_says_in_how_many():
    line = scores_in_words(scores(ssim_gaussian=0.9, psnr=19.0, lpips=0.3))[0]
    assert line.startswith("Better than the nearest filmed frame in 1 of 3 scores: ")


def test_what_is_only_as_good_is_not_better():
    assert scores_in_words(scores())[0].startswith("Not better than the nearest filmed frame: ")


def test_a_lower_distance_is_the_better_one():
    own = {"lpips": 0.3, "baselines": {"plate": {"lpips": 0.4}}}
    assert scores_in_words(own) == ["Better than the empty room: LPIPS 0.3 against 0.4."]


def test_the_way_to_a_perfect_picture_is_told_where_one_was_gone():
    told = " ".join(scores_in_words(scores(ssim_gaussian=0.84)))
    assert "25% of the way, in SSIM, from the nearest filmed frame" in told
    assert "of the way" not in " ".join(scores_in_words(scores(ssim_gaussian=0.79)))


def test_sharpness_is_told_beside_that_of_the_footage():
    assert scores_in_words({"sharpness": 0.97})[-1].startswith("As sharp as the footage")
    assert scores_in_words({"sharpness": 0.5})[-1].startswith("Softer than the footage (0.50")
    assert scores_in_words({"sharpness": 1.4})[-1].startswith("Grainier than the footage")


def test_no_scores_say_nothing():
    assert scores_in_words({"frames": 3, "baselines": {"plate": {}}}) == []


def test_scores_that_nobody_has_are_no_column_and_their_reason_stands_once():
    reasons = {"lpips": ABSENT, "lpips_vgg": ABSENT}
    baselines = {"previous_frame": {"psnr": 21.5, "lpips": None}}
    table = score_table({"psnr": 20.0, "lpips": None, "reasons": reasons, "baselines": baselines})
    assert table.columns == ["PSNR (dB)"]
    assert table.rows == {"this performer": [20.0], "previous frame": [21.5]}
    assert table.absent == [f"LPIPS (AlexNet), LPIPS (VGG): not measured; {ABSENT}"]
