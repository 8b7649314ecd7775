from stickdance.synth.training import preview


def test_previews_come_each_while_and_seldom_enough(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(preview, "write_preview", lambda *_: written.append(now))
    previews = preview.Previews(tmp_path / "preview.mp4", object(), 10.0, 5.0)
    for now in (6, 14.9, 15, 16, 24, 25.1):
        previews.after(now, object)
    previews.after(26, object, last=True)
    assert written == [15, 25.1, 25.1]
    never = preview.Previews(tmp_path / "preview.mp4", object(), 0.0, 0.0)
    never.after(1e6, object, last=True)
    assert len(written) == 3
