from stickdance.tools.pages.rendering_words import rendering_in_words


def told(filmed, joined, painted, shadow="cast", **sizes):
    shares = {"filmed": filmed, "joined": joined, "painted": painted}
    rendered = {"shares": {"frames": shares, "pixels": shares}, "shadow": shadow, **sizes}
    return rendering_in_words(rendered)


def test_shares_are_told_in_percent_and_the_scores_are_the_networks_alone():
    first, second, third = told(0.9, 0.06, 0.04)
    assert first.startswith(
        "Of the frames 90 % (90 % of the person's pixels) show filmed ones, 6 %"
    )
    assert first.endswith("and 4 % (4 % of the person's pixels) are painted by the network.")
    assert "the network's alone" in second
    assert third.startswith("The dancer casts the shadow")


def test_a_painted_video_needs_no_word_about_whose_the_scores_are():
    assert len(told(0.0, 0.0, 1.0, "none found")) == 2


def test_it_is_told_that_what_is_painted_is_enlarged():
    same = {"size": [448, 256], "painted_size": [448, 256]}
    assert told(0.9, 0.06, 0.04, **same) == told(0.9, 0.06, 0.04)
    lines = told(0.9, 0.06, 0.04, size=[512, 288], painted_size=[448, 256])
    assert "448x256 pixels and is enlarged to 512x288" in lines[1]


def test_nothing_is_told_of_what_is_not_known():
    assert rendering_in_words(None) == []


def test_faults_are_told_by_kind_with_where_to_look():
    account = {
        "frames": 20,
        "faults_per_100_frames": 15.0,
        "per_100_frames": {"third_hand": 5.0, "outline_torn": 10.0, "head_soft": 0.0},
        "worst": [{"seconds": 2.52, "faults": ["third_hand", "outline_torn"]}],
    }
    counted, where = told(0, 0, 1, faults=account)[-2:]
    assert "15 (outline torn 10, third hand 5)" in counted
    assert "2.5" in where
    (why,) = told(0, 0, 1, faults={"not_looked": "--faults off"})[-1:]
    assert why == "Faults of the frames were not looked for: --faults off."
