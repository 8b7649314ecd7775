from dataclasses import replace

import cv2
import numpy as np
import pytest

from stickdance.capture.conditions.camera import judge_camera
from stickdance.capture.conditions.condition import judged, worst
from stickdance.capture.conditions.cutting_out import judge_mattes
from stickdance.capture.conditions.judgement import (
    Judgement,
    faults_of,
    judge_pictures,
    verdict_line,
)
from stickdance.capture.conditions.movements import NEEDS, Movements, filmed_movements
from stickdance.capture.conditions.picture import PictureFacts, measure_pictures
from stickdance.capture.conditions.presence import judge_frames, judge_length, judge_presence
from stickdance.capture.matting.plate import Plate
from stickdance.capture.pose.body_profile_from_poses import measure_body
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.stabilisation.corrections import Corrections, Unrest

CALM = Unrest(0.1, 0.0002, 0.0003, 0.005, 0.05, 1.0)


def tell(*, more_is_better, measure):
    return judged("x", measure, "px", good=2, usable=4, well="fine", ill="poor",
                  more_is_better=more_is_better)  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "verdict"), [(2.0, "good"), (2.1, "usable"), (4.0, "usable"), (4.1, "not usable")]
)
def test_a_verdict_follows_from_its_thresholds(measure, verdict):
    found = tell(more_is_better=False, measure=measure)
    assert found.verdict == verdict
    assert found.reason == ("fine" if verdict == "good" else "poor")


def test_where_more_is_better_the_thresholds_turn_round():
    found = [
        judged("x", m, "s", good=60, usable=5, well="", ill="", more_is_better=True).verdict
        for m in (60, 59, 5, 4.9)
    ]
    assert found == ["good", "usable", "usable", "not usable"]


def test_what_cannot_be_measured_is_not_held_against_the_footage():
    unknown = tell(more_is_better=False, measure=float("nan"))
    assert (unknown.verdict, unknown.measure) == ("good", None)


def test_a_chain_is_as_good_as_its_worst_link():
    assert worst([]) == "good"
    assert worst(["good", "not usable", "usable"]) == "not usable"


def test_a_tripod_is_good_and_a_pan_is_not_usable():
    motion, light = judge_camera(CALM, 512, None)
    assert motion.verdict == light.verdict == "good"
    pan, _ = judge_camera(replace(CALM, movement=14.0, farthest_share=0.08), 512, None)
    assert pan.verdict == "not usable"
    assert "14.0 pixels" in pan.reason
    assert "8.0%" in pan.reason


def test_corrected_shake_and_flicker_are_usable_and_say_so():
    maps = np.tile(np.eye(2, 3), (4, 1, 1))
    maps[1, 0, 2] = 3
    done = Corrections((64, 64), maps, np.full((4, 3), 1.1), np.zeros((4, 3)))
    unrest = replace(CALM, movement=5.0, movement_share=0.01, farthest_share=0.02, light=0.1)
    motion, light = judge_camera(unrest, 512, done)
    assert (motion.verdict, light.verdict) == ("usable", "usable")
    assert Judgement((motion, light), Movements(())).remarks == []  # nothing is left to do
    assert "held still" in motion.reason
    assert "10 %; evened out" in light.reason
    left, _ = judge_camera(unrest, 512, None)
    assert left.verdict == "usable"
    assert "tripod" in left.reason


def test_movement_that_could_not_be_measured_is_said_to_be_so():
    motion, _ = judge_camera(replace(CALM, movement=40.0, sure=0.1), 512, None)
    assert motion.measure is None
    assert "not be measured" in motion.reason


def test_each_fault_of_presence_is_named_with_its_measure(filmed):
    points = filmed.poses.points.copy()
    points[:30, 4, 0] = -20
    points[:, [10, 13], 1] = 190
    poor = replace(filmed.poses, points=points)
    found = [
        *judge_presence(poor, [1] * 9, [2] * 6, body_height=20),
        *judge_frames(100, 10.0),
        judge_length(poor.seconds),
    ]
    lines = "\n".join(each.reason for each in found)
    for said in ("9 of 60", "6 of 60 poses", "feet", "leaves the picture in 30 of 60 frames",
                 "2.4 s of footage", "10.0 frames a second", "12 %", "100 rows"):  # fmt: skip
        assert said in lines
    assert [each.verdict for each in found[-3:]] == ["not usable", "usable", "usable"]


def test_good_footage_has_no_faults(filmed):
    found = judge_presence(filmed.poses, [], [], body_height=110)
    assert {each.verdict for each in found} == {"good"}


def textured(seed, size=(120, 160)):
    fine = np.random.default_rng(seed).integers(0, 255, (*size, 3), np.uint8)
    return cv2.GaussianBlur(fine, (0, 0), 1.0)


def facts_of(person, room, spread=0.0, blur=0.0):
    matte = np.zeros(room.shape[:2], np.uint8)
    cv2.ellipse(matte, (80, 60), (26, 50), 0, 0, 360, 255, -1)
    picture = np.where(matte[..., None] > 0, person, room)
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)
    plate = Plate(room, np.ones(matte.shape, bool), np.full(matte.shape, spread, np.float32))
    return measure_pictures([picture] * 3, [matte] * 3, plate)


def test_a_blurred_person_is_told_from_a_sharp_one():
    wall, person = np.full((120, 160, 3), 200, np.uint8), textured(1)
    sharp = facts_of(person, wall).blur
    soft = facts_of(person, wall, blur=4.0).blur
    assert sharp < 0.5 < 0.75 < soft


def test_clutter_clothes_and_noise_are_measured():
    wall, person = np.full((120, 160, 3), 200, np.uint8), np.full((120, 160, 3), 60, np.uint8)
    calm = facts_of(person, wall)
    assert (calm.clutter, calm.alike, calm.noise) == (0, 0, 0)
    busy = facts_of(person, textured(2), spread=9.0)
    assert busy.clutter > 0.3
    assert busy.noise == 9
    assert facts_of(np.full_like(wall, 190), wall).alike == 1.0


def test_nobody_in_the_pictures_gives_no_measures():
    room = np.full((50, 50, 3), 99, np.uint8)
    plate = Plate(room, np.ones((50, 50), bool), np.zeros((50, 50), np.float32))
    facts = measure_pictures([room], [np.zeros((50, 50), np.uint8)], plate)
    assert np.isnan([facts.blur, facts.alike, facts.clutter]).all()
    assert {each.verdict for each in judge_pictures(facts)} == {"good"}


def standing(frames=40):
    from_left = {"shoulder": (20, -90), "elbow": (24, -65), "wrist": (26, -40), "hip": (12, -50),
                 "knee": (12, -25), "ankle": (12, 0),
                 "eye": (3, -118), "ear": (6, -116)}  # fmt: skip
    points = np.zeros((frames, 18, 2), np.float32)
    for name, place in OPENPOSE_18.index.items():
        side, _, part = name.partition("_")
        if part:
            x, y = from_left[part]
            points[:, place] = (x if side == "left" else -x, y)
        else:
            points[:, place] = (0, {"nose": -115, "neck": -90}[name])
    return PoseSequence(points + np.array([160, 220]), np.ones((frames, 18)), 25.0, (320, 240))


def with_joints(frames=12, **offsets):
    """Standing, but in the first frames some joints lie elsewhere, given from their own side."""
    poses = standing()
    points = poses.points.copy()
    for name, (x, y) in offsets.items():
        points[:frames, OPENPOSE_18.index[name]] = (160 + x, 220 + y)
    return replace(poses, points=points)


def met(poses, body=None):
    found = filmed_movements(poses, body or measure_body(standing()))
    return {each.need for each in found.seen if each.met}


def test_standing_still_covers_hanging_hands_at_most():
    assert met(standing()) <= {"hands low"}


@pytest.mark.parametrize(
    ("need", "joints"),
    [
        ("left hand high", {"left_wrist": (30, -140)}),
        ("right hand high", {"right_wrist": (-30, -140)}),
        ("arms wide", {"left_wrist": (66, -88), "right_wrist": (-66, -88)}),
        ("arms crossed", {"left_wrist": (-14, -75), "right_wrist": (14, -75)}),
        ("leg lifted", {"left_ankle": (12, -22)}),
        ("turned to a side", {"left_shoulder": (3, -90), "right_shoulder": (-3, -90)}),
        ("turned away", {"left_shoulder": (-20, -90), "right_shoulder": (20, -90)}),
        ("squat", {"left_ankle": (12, -18), "right_ankle": (-12, -18)}),
    ],
)
def test_each_need_is_met_by_its_pose_and_by_that_alone(need, joints):
    new = met(with_joints(**joints)) - met(standing())
    assert new == {need}
    assert need not in met(with_joints(frames=4, **joints))  # too short


@pytest.mark.parametrize(("need", "shift"), [("step to the left", 25), ("step to the right", -25)])
def test_steps_are_to_the_persons_own_sides(need, shift):
    poses = standing()
    points = poses.points.copy()
    points[:12, :, 0] += shift
    assert met(replace(poses, points=points)) - met(poses) == {need}


@pytest.mark.parametrize(("need", "scale"), [("nearer", 1.15), ("farther", 0.85)])
def test_near_and_far_follow_from_the_size(need, scale):
    poses = standing()
    points = poses.points.copy()
    points[:12] = (points[:12] - (160, 220)) * scale + (160, 220)
    assert need in met(replace(poses, points=points))


def test_unsure_joints_meet_no_need():
    poses = with_joints(left_wrist=(30, -140))
    confidence = np.full((40, 18), 0.3, np.float32)
    found = filmed_movements(replace(poses, confidence=confidence), measure_body(standing()))
    assert len(found.missing) == len(NEEDS)


def test_fifteen_frames_a_second_are_quick_enough_also_as_ntsc_counts_them():
    judged = [judge_frames(720, fps)[-1] for fps in (15.0, 15000 / 1001, 14.5)]
    assert [each.verdict for each in judged] == ["good", "good", "usable"]


def test_five_slow_seconds_are_not_good():
    found = filmed_movements(standing(), measure_body(standing()))
    slow = Judgement((*judge_frames(720, 9.9), judge_length(60.0)), found)
    brief = Judgement((*judge_frames(720, 25.0), judge_length(5.0)), found)
    long = Judgement((*judge_frames(720, 25.0), judge_length(60.0)), found)
    assert [each.verdict for each in (slow, brief, long)] == ["usable", "usable", "good"]


def test_the_verdict_is_the_worst_but_poses_only_remark():
    good = judge_camera(CALM, 512, None)
    short = [*judge_frames(720, 25.0), judge_length(standing().seconds)]
    found = filmed_movements(standing(), measure_body(standing()))
    judgement = Judgement((*good, *short), found)
    assert judgement.verdict == "not usable"
    assert faults_of(judgement.as_json()) == [short[-1].reason]
    assert any("1.6 s of footage" in line for line in judgement.remarks)
    assert "squat" in judgement.remarks[-1]
    pan = judge_camera(replace(CALM, movement=14.0, farthest_share=0.08), 512, None)
    poor = Judgement((*short[:-1], *pan), found)
    assert poor.verdict == "not usable"
    assert faults_of(poor.as_json()) == [pan[0].reason]
    assert poor.remarks[0] == pan[0].reason
    assert verdict_line(poor.as_json()).startswith("not usable footage (camera motion not usable)")


def test_facts_of_pictures_become_conditions():
    found = judge_pictures(PictureFacts(blur=0.8, alike=0.3, clutter=0.7, noise=8.0))
    assert [each.verdict for each in found] == ["not usable", "usable", "not usable", "usable"]


CLEAN = {"held": 0.02, "missed": 0.0, "islands": 0.1, "holes": 0.2, "flicker": 3.0}


def test_a_clean_cut_out_is_good_and_what_was_not_measured_is_not_held_against_it():
    assert {each.verdict for each in judge_mattes(CLEAN, lost=0.0)} == {"good"}
    assert {each.verdict for each in judge_mattes({}, lost=0.0)} == {"good"}


@pytest.mark.parametrize(
    ("fault", "lost", "name", "words"),
    [
        ({"held": 0.15}, 0.0, "background cut out with the person", "15 % of the person"),
        ({"missed": 0.06}, 0.0, "person cut off", "hands, hair or clothes"),
        ({"islands": 2.0, "holes": 1.5}, 0.0, "torn outline", "3.5 specks and holes"),
        ({"flicker": 12.75}, 0.0, "flickering outline", "flickers by 5.0 %"),
        ({}, 0.1, "person not cut out", "in 10 % of the frames"),
    ],
)
def test_each_fault_of_a_cut_out_is_named_in_words(fault, lost, name, words):
    poor = [each for each in judge_mattes(CLEAN | fault, lost) if each.verdict != "good"]
    assert [(each.name, each.verdict) for each in poor] == [(name, "usable")]
    assert words in poor[0].reason


def test_somebody_who_is_half_background_is_not_usable():
    verdicts = [each.verdict for each in judge_mattes(CLEAN | {"held": 0.5}, lost=0.0)]
    assert verdicts.count("not usable") == 1
