from stickdance.tools.text_table import aligned, figure


def test_the_first_column_stands_to_the_left_and_numbers_to_the_right():
    assert aligned([("", "psnr"), ("ours", "9"), ("nearest", "10.25")]) == (
        "          psnr\nours         9\nnearest  10.25"
    )


def test_what_is_not_known_is_a_dash():
    assert [figure(value) for value in (None, 0.123456, 24.0)] == ["-", "0.1235", "24"]
    assert figure(0.125, ".1%") == "12.5%"
