import json

from stickdance.tools.studio.curves import MOST_POINTS, Curves


def line(done, details, **more):
    return json.dumps({"work": "train", "done": done, "unit": "s", "details": details, **more})


def test_a_curve_grows_with_its_log_and_passes_over_what_is_no_loss(tmp_path):
    log, curves = tmp_path / "log.jsonl", Curves()
    assert curves.of(log) == []
    lines = [
        line(6, ""),
        '{"note": "stage"}',
        "[]",
        "{",
        line(12, "image 0.5, matte 2"),
        line(12, "image 9"),
    ]
    log.write_text("\n".join(lines) + "\n" + line(30, "image 0.25")[:20])
    assert curves.of(log) == [(0.2, 0.5)]
    log.write_text("\n".join(lines) + "\n" + line(30, "image 2.5e-1") + "\n")
    assert curves.of(log) == [(0.2, 0.5), (0.5, 0.25)]


def test_a_long_training_has_no_endless_curve(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(
        "".join(line(6 * each, f"image {1 / each:.3g}") + "\n" for each in range(1, 2001))
    )
    points = Curves().of(log)
    assert MOST_POINTS / 2 < len(points) <= MOST_POINTS
    assert points[0] == (0.1, 1.0)
    assert points[-1][0] > 199


def test_the_page_gets_the_curve_of_a_job(client, workspace):
    job = workspace.jobs.add(["train", "x"])
    (workspace.jobs.folder_of(job) / "log.jsonl").write_text(line(60, "image 0.5") + "\n")
    assert client.get(f"/files/jobs/{job.id}/curve").json() == [[1.0, 0.5]]
    assert client.get("/files/jobs/zzzz/curve").status_code == 404
