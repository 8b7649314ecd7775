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
