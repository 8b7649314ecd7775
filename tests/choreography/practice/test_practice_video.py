from dataclasses import replace

import numpy as np
import pytest
import soundfile

from stickdance.capture.media.audio import read_wav
from stickdance.capture.media.video import VideoWriter, probe, read_frames
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.music.structure import Section
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions, PracticeOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.practice.cues import Cues, section_name, step_name
from stickdance.choreography.practice.picture import SIZE, PracticePicture
from stickdance.choreography.practice.practice_video import practice_video
from stickdance.choreography.practice.time_stretch import stretch_sound

BEATS = tuple(1.0 + 0.5 * np.arange(24))
STEPS = (Step("step_touch", 0, 8), Step("mambo", 8, 4, True), Step("idle", 12, 2),
         Step("end_pose", 20, 2))  # fmt: skip
SECTIONS = (Section("A", 0, 7.0, False), Section("B", 7.0, 14.0, True))
PLAN = Choreography("song.wav", "0" * 64, 14.0, 120, 4, BEATS, (0, 4), SECTIONS, STEPS)
RATE = 44_100


@pytest.fixture(scope="module")
def dance(tmp_path_factory):
    place = tmp_path_factory.mktemp("dance")
    samples = 0.05 * np.sin(2 * np.pi * 220 * np.arange(3 * RATE) / RATE)
    soundfile.write(place / "song.wav", samples, RATE)
    plan = replace(
        PLAN, downbeats=(0,), seconds=3.0, beats=BEATS[:4], steps=(Step("step_touch", 0, 4),)
    )
    file = plan.save(place / "plan.json")
    options = ChoreographyOptions(plan=file, preview=False)
    return music_to_poses(place / "song.wav", place / "dance", options, size=(128, 128))


def test_counts_run_to_eight_and_begin_anew_with_each_section():
    cues = Cues(PLAN)
    told = [cues.at(time + 0.01).count for time in BEATS]
    assert told == [*range(1, 9), 1, 2, 3, 4, *range(1, 9), 1, 2, 3, 4]
    assert cues.at(0.2).count == 0, "before the first beat there is nothing to count"


def test_a_waltz_counts_to_six():
    cues = Cues(replace(PLAN, metre=3, downbeats=(0, 3), sections=SECTIONS[:1]))
    assert [cues.at(time).count for time in BEATS[:8]] == [1, 2, 3, 4, 5, 6, 1, 2]


def test_counts_begin_on_the_first_downbeat_of_a_pickup():
    cues = Cues(replace(PLAN, downbeats=(2, 6), sections=SECTIONS[:1]))
    assert [cues.at(time).count for time in BEATS[:4]] == [7, 8, 1, 2]


def test_a_step_is_current_from_the_way_to_its_first_count():
    cues = Cues(PLAN)
    assert cues.at(BEATS[7] - 0.05).step == "step touch"
    now = cues.at(BEATS[7] + 0.05)
    assert (now.step, now.side) == ("mambo", "other side")
    assert cues.at(BEATS[16]).step == "at ease"
    assert cues.at(13.9).step == "end pose", "an end pose is held"


def test_the_next_step_is_announced_a_bar_ahead_with_the_beats_left():
    cues = Cues(PLAN)
    assert cues.at(BEATS[2]).next_step == ""
    soon = cues.at(BEATS[4])
    assert (soon.next_step, soon.next_side, soon.beats_to_next) == ("mambo", "other side", 4)
    assert cues.at(BEATS[6] + 0.25).beats_to_next == 2
    assert cues.at(BEATS[21]).next_step == "", "nothing follows the last step"


def test_names_are_for_people():
    assert step_name(Step("the_twist", 0, 4)) == "the twist"
    assert step_name(Step("move_012", 0, 4)) == "move 12"
    assert section_name(SECTIONS[1]) == "B (chorus)" and section_name(None) == ""


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25])
def test_stretched_sound_keeps_its_beats_in_step_and_its_pitch(tmp_path, speed):
    time = np.arange(10 * RATE) / RATE
    samples = 0.05 * np.sin(2 * np.pi * 220 * time)
    clicks = np.arange(0.5, 9.5, 0.5)
    for click in clicks:
        at = np.arange(2000) + round(click * RATE)
        samples[at] += 0.6 * np.sin(0.2 * np.arange(2000)) * np.exp(-np.arange(2000) / 300)
    soundfile.write(tmp_path / "in.wav", samples, RATE, subtype="PCM_16")
    slow, _ = stretch_sound(read_wav(tmp_path / "in.wav"), speed, tmp_path / "out.wav")
    assert slow.seconds == pytest.approx(10 / speed, abs=1e-3)
    heard = soundfile.read(slow.path)[0]
    loud = np.convolve(np.abs(np.diff(heard)), np.ones(200) / 200, "same")
    for click in clicks:
        middle = round(click / speed * RATE)
        around = loud[max(middle - 4000, 0) : middle + 4000]
        found = np.argmax(around > 0.4 * around.max()) - min(middle, 4000)
        assert abs(found) / RATE < 0.03, click
    part = heard[2 * RATE : 6 * RATE] * np.hanning(4 * RATE)
    strongest = np.abs(np.fft.rfft(part))[: 500 * 4].argmax() / 4
    assert strongest == pytest.approx(220, abs=2)


def test_a_slowed_practice_video_is_longer_and_has_sound_of_its_length(dance, tmp_path):
    about = practice_video(dance, tmp_path / "slow.mp4", PracticeOptions(speed=0.75))
    info = probe(tmp_path / "slow.mp4")
    assert info.size == SIZE and info.has_sound
    assert info.seconds == pytest.approx(3 / 0.75, abs=0.05) and about["frames"] == 100
    assert about["stretched_by"] in ("rubberband", "atempo")


def test_the_count_lights_up_in_the_frame_of_its_beat(dance, tmp_path):
    practice_video(dance, tmp_path / "practice.mp4", PracticeOptions())
    frames = list(read_frames(tmp_path / "practice.mp4"))
    each = (1280 - 640 - 88) / 8
    for number, beat in enumerate(dance.beat_times):
        shown = frames[round(np.ceil(beat * 25 - 1e-6))]
        row = shown[342, [round(684 + (count + 0.5) * each) for count in range(8)]].astype(int)
        lit = row[:, 0] - row[:, 2]  # the accent is yellow: much red, little blue
        assert lit.argmax() == number and lit.max() > 100


def test_the_dancer_is_mirrored_unless_asked_not_to(dance, tmp_path):
    shots = {}
    for mirror in (True, False):
        file = tmp_path / f"{mirror}.mp4"
        practice_video(dance, file, PracticeOptions(mirror=mirror))
        shots[mirror] = next(read_frames(file))[:, :640].astype(int)
    flipped = shots[False][:, ::-1]
    alike, unlike = (np.abs(shots[True] - each).mean() for each in (flipped, shots[False]))
    assert alike < 0.5 * unlike  # a figure is a small part of the picture


def test_a_rendered_video_takes_the_stick_figures_place(dance, tmp_path):
    with VideoWriter(tmp_path / "render.mp4", (64, 64), 25) as video:
        for number in range(75):
            video.write(np.full((64, 64, 3), 2 * number, np.uint8))
    options = PracticeOptions(speed=0.5, video=tmp_path / "render.mp4")
    practice_video(dance, tmp_path / "practice.mp4", options)
    grey = [frame[360, 300, 0] for frame in read_frames(tmp_path / "practice.mp4")]
    assert len(grey) == 150
    expected = 2 * np.rint(np.minimum(np.arange(150) * 0.5, 74))
    assert np.abs(np.array(grey, float) - expected).max() <= 4


def test_wrong_speeds_and_videos_of_other_dances_are_refused(dance, tmp_path):
    with pytest.raises(BadInput, match=r"--speed 3: expected 0\.5 to 1\.5"):
        practice_video(dance, tmp_path / "x.mp4", PracticeOptions(speed=3))
    with VideoWriter(tmp_path / "other.mp4", (64, 64), 25) as video:
        for _ in range(50):
            video.write(np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(BadInput, match=r"lasts 2\.0 s, the dance 3\.0; render this dance"):
        practice_video(dance, tmp_path / "x.mp4", PracticeOptions(video=tmp_path / "other.mp4"))
    assert not (tmp_path / "x.mp4").exists()


def test_long_names_are_made_to_fit():
    picture = PracticePicture(SECTIONS, 14.0, "a very long name of a song " * 5)
    plan = replace(PLAN, steps=(Step("reach_and_fall", 0, 8),))
    frame = picture.frame(np.zeros((64, 64, 3), np.uint8), Cues(plan).at(1.0), 1.0)
    assert frame.shape == (720, 1280, 3)
    margin = frame[:640, 1280 - 40 :].reshape(-1, 3)
    assert (margin == margin[0]).all(), "nothing runs into the margin"
