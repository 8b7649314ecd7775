from stickdance.checkpoints.resume import as_read_back, differences


def test_differences_are_named_down_to_the_single_value():
    before = {"seed": 0, "recipe": {"batch": 4, "weights": {"l1": 1.0}}, "old": 1}
    now = {"seed": 1, "recipe": {"batch": 4, "weights": {"l1": 2.0}}, "new": 2}
    assert differences(before, now) == [
        ("new", None, 2), ("old", 1, None), ("recipe.weights.l1", 1.0, 2.0), ("seed", 0, 1),
    ]  # fmt: skip


def test_values_are_compared_as_json_keeps_them():
    assert as_read_back({"size": (3, 4)}) == {"size": [3, 4]}


def test_a_way_to_vary_samples_that_an_earlier_version_lacked_is_no_difference():
    before, now = {"augmentation": {"flip": 0.0}}, {"augmentation": {"flip": 0.0, "placed": 0.7}}
    assert differences(before, now) == []
    assert differences(now, before) == [("augmentation.placed", 0.7, None)]
    assert differences({}, {"teacher": "a"}) == [("teacher", None, "a")]
