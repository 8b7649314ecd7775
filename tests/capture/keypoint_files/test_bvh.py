import numpy as np
import pytest

from stickdance.capture.keypoint_files.bvh import read_motion
from stickdance.capture.keypoint_files.bvh_body import body_in_space, joint_places
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput

ARM = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Upper
  {
    OFFSET 0 2 0
    CHANNELS 3 Zrotation Yrotation Xrotation
    JOINT Lower
    {
      OFFSET 1 0 0
      CHANNELS 3 Xrotation Yrotation Zrotation
      End Site
      {
        OFFSET 1 0 0.5
      }
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.04
1 2 3 0 0 0 90 0 0 0 0 0
1 2 3 10 20 30 40 50 60 70 80 90
"""


def turn(axis: str, degrees: float) -> np.ndarray:
    """Write a rotation out, as a reference of its own."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return {
        "X": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "Y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "Z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


def save(path, text):
    path.write_text(text)
    return path


def test_a_quarter_turn_by_hand(tmp_path):
    motion = read_motion(save(tmp_path / "a.bvh", ARM))
    assert motion.fps == pytest.approx(25)
    assert [joint.name for joint in motion.joints] == ["Hips", "Upper", "Lower", "Lower end"]
    expected = [[1, 2, 3], [1, 4, 3], [1, 5, 3], [1, 6, 3.5]]
    np.testing.assert_allclose(motion.points[0], expected, atol=1e-12)


def test_rotations_are_multiplied_in_the_order_of_their_channels(tmp_path):
    motion = read_motion(save(tmp_path / "a.bvh", ARM))
    root = turn("Z", 10) @ turn("X", 20) @ turn("Y", 30)
    upper = root @ turn("Z", 40) @ turn("Y", 50) @ turn("X", 60)
    lower = upper @ turn("X", 70) @ turn("Y", 80) @ turn("Z", 90)
    places = [np.array([1, 2, 3])]
    places.append(places[-1] + root @ [0, 2, 0])
    places.append(places[-1] + upper @ [1, 0, 0])
    places.append(places[-1] + lower @ [1, 0, 0.5])
    np.testing.assert_allclose(motion.points[1], places, atol=1e-12)


def figure(names: dict[str, str], up: str = "y") -> str:
    """Write a standing body with these names; the person faces +z (or -y, where z is up)."""

    def at(x, y, z):
        return f"{x} {y} {z}" if up == "y" else f"{x} {-z} {y}"

    def joint(part, offset, inside=""):
        return f"JOINT {names[part]} {{ OFFSET {at(*offset)} CHANNELS 0 {inside} }}\n"

    def limb(side, parts, sign):
        first, second, third = (f"{side}_{part}" for part in parts)
        low = joint(third, (0, -40, 0), "End Site { OFFSET 0 0 0 }")
        start = (sign * 10, 0, 0) if parts[0] == "hip" else (sign * 20, 50, 0)
        return joint(first, start, joint(second, (0, -40, 0), low))

    limbs = "".join(
        limb(side, parts, 1 if side == "left" else -1)
        for side in ("left", "right")
        for parts in (("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist"))
    )
    head = joint("head", (0, 60, 0), f"End Site {{ OFFSET {at(0, 18, 0)} }}")
    channels = "CHANNELS 3 Xposition Yposition Zposition"
    body = f"ROOT {names['root']} {{ OFFSET 0 0 0 {channels} {limbs}{head} }}"
    return f"HIERARCHY\n{body}\nMOTION\nFrames: 2\nFrame Time: 0.01\n0 80 0\n5 80 0\n"


def names_like(left: str, right: str, parts: dict[str, str], root: str, head: str):
    found = {"root": root, "head": head}
    for part, name in parts.items():
        found[f"left_{part}"] = left.format(name)
        found[f"right_{part}"] = right.format(name)
    return found


MIXAMO = {"shoulder": "Arm", "elbow": "ForeArm", "wrist": "Hand", "hip": "UpLeg", "knee": "Leg", "ankle": "Foot"}  # fmt: skip  # noqa: E501
PLAIN = {name: name.title() for name in MIXAMO}
UNREAL = {"shoulder": "upperarm", "elbow": "lowerarm", "wrist": "hand", "hip": "thigh", "knee": "calf", "ankle": "foot"}  # fmt: skip  # noqa: E501
BLENDER = {"shoulder": "upper_arm", "elbow": "forearm", "wrist": "hand", "hip": "thigh", "knee": "shin", "ankle": "foot"}  # fmt: skip  # noqa: E501
DAZ = {"shoulder": "Shldr", "elbow": "ForeArm", "wrist": "Hand", "hip": "Thigh", "knee": "Shin", "ankle": "Foot"}  # fmt: skip  # noqa: E501
CONVENTIONS = {
    "mixamo": names_like("mixamorig:Left{}", "mixamorig:Right{}", MIXAMO, "m:Hips", "m:Head"),
    "smpl": names_like("L_{}", "R_{}", PLAIN, "Pelvis", "Head"),
    "plain": names_like("Left{}", "Right{}", PLAIN, "Hips", "Head"),
    "unreal": names_like("{}_l", "{}_r", UNREAL, "pelvis", "head"),
    "blender": names_like("{}.L", "{}.R", BLENDER, "spine", "head"),
    "daz": names_like("l{}", "r{}", DAZ, "hip", "head"),
}  # fmt: skip


@pytest.mark.parametrize("up", ["y", "z"])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_bodies_of_all_conventions_stand_upright_and_face_the_camera(tmp_path, convention, up):
    found = read_keypoints(save(tmp_path / "a.bvh", figure(CONVENTIONS[convention], up)))
    assert (found.skeleton, len(found), found.fps) == (OPENPOSE_18, 2, pytest.approx(100))
    assert found.notes == ()
    person = found.frames[0][0]
    at = {joint: person.points[place] for joint, place in OPENPOSE_18.index.items()}
    for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "eye", "ear"):
        assert at[f"right_{part}"][0] < at["neck"][0] < at[f"left_{part}"][0], part
    column = ["nose", "neck", "left_hip", "left_knee", "left_ankle"]
    assert [at[name][1] for name in column] == sorted(at[name][1] for name in column)
    thigh = np.linalg.norm(at["left_knee"] - at["left_hip"])
    shoulders = np.linalg.norm(at["left_shoulder"] - at["right_shoulder"])
    assert thigh == pytest.approx(shoulders, rel=1e-5)  # both 40 long
    assert person.depth[0] > 0  # the nose is nearer to the camera than the hips
    if up == "y":  # and 5 to the left of the person is 5 to the right in the picture
        moved = found.frames[1][0].points - person.points
        np.testing.assert_allclose(moved[1], [5 * thigh / 40, 0], atol=1e-3)


def test_mapped_names_prefer_the_joint_itself_to_its_neighbour(shared_data):
    motion = read_motion(shared_data / "poses" / "jumping_jacks.bvh")
    named = {ours: motion.joints[place].name for ours, place in joint_places(motion).items()}
    assert named["left_shoulder"] == "LeftShoulder"  # not LeftCollar
    assert named["right_wrist"] == "RightWrist"  # not rhand
    assert named["left_hip"] == "LeftHip"  # not LHipJoint
    motion = read_motion(shared_data / "poses" / "jesse_dance.bvh")
    named = {ours: motion.joints[place].name for ours, place in joint_places(motion).items()}
    assert named["left_shoulder"] == "LeftArm"  # LeftShoulder is the collar bone there
    assert named["right_knee"] == "RightLeg"


@pytest.mark.parametrize("name", ["jesse_dance", "jumping_jacks"])
def test_real_captures_keep_their_bone_lengths_and_stand_on_their_feet(shared_data, name):
    file = shared_data / "poses" / f"{name}.bvh"
    body = body_in_space(read_motion(file))
    for upper, lower in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow")):
        bone = body[:, OPENPOSE_18.index[f"left_{upper}"]] - body[:, OPENPOSE_18.index[f"left_{lower}"]]  # fmt: skip  # noqa: E501
        length = np.linalg.norm(bone, axis=-1)
        assert np.ptp(length) < 1e-6 * length.mean()
    found = read_keypoints(file)
    poses = found.poses()
    assert np.isfinite(poses.points).all()
    assert (poses.joint("nose")[:, 1] < poses.joint("neck")[:, 1]).mean() > 0.99
    feet = np.maximum(poses.joint("left_ankle")[:, 1], poses.joint("right_ankle")[:, 1])
    assert (feet > poses.joint("left_hip")[:, 1]).all()
    facing = poses.joint("left_shoulder")[:, 0] - poses.joint("right_shoulder")[:, 0]
    assert (facing > 0).mean() > 0.5
    knees = poses.depth[:, [OPENPOSE_18.index["left_knee"], OPENPOSE_18.index["right_knee"]]]
    assert np.nanmax(knees) > -np.nanmin(knees)  # knees bend forwards: nothing is mirrored


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ARM.replace("Frames: 2", "Frames: 3"), "24 numbers, expected 3 frames of 12"),
        (ARM.replace("Frames: 2", "Frames: 99999999999"), "99999999999 frames"),
        (ARM.replace("Frames: 2", "Frames: two"), "motion cannot be read"),
        (ARM.replace("Frame Time: 0.04", "Frame Time: 0"), "of 0.0 s"),
        (ARM.replace("1 2 3 0 0", "1 2 x 0 0"), "motion cannot be read"),
        (ARM.replace("OFFSET 0 2 0", "OFFSET 0 two 0"), "hierarchy cannot be read"),
        (
            ARM.replace("CHANNELS 3 Zrotation Yrotation", "CHANNELS 3 Qrotation Yrotation"),
            "'Qrotation'",
        ),
        (ARM[: ARM.index("End")] + "MOTION", "hierarchy was cut short"),
        (ARM.replace("MOTION", "NOTION"), "has no HIERARCHY and MOTION"),
        (ARM, "no shoulders and hips among its joints \\(Hips, Upper"),
    ],
)
def test_damaged_motion_captures_are_refused_in_one_line(tmp_path, text, told):
    with pytest.raises(BadInput, match=told) as error:
        read_keypoints(save(tmp_path / "a.bvh", text))
    assert "a.bvh" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_small_file_of_very_many_joints_and_frames_is_refused_before_it_is_placed(tmp_path):
    ends = "".join(f"JOINT j{number} {{ OFFSET 0 1 0 }}\n" for number in range(900))
    head = f"HIERARCHY\nROOT Hips\n{{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n{ends}}}\n"
    text = f"{head}MOTION\nFrames: 20000\nFrame Time: 0.01\n" + "0\n" * 20_000
    with pytest.raises(BadInput, match=r"20000 frames of 901 joints .* at most 10000000"):
        read_keypoints(save(tmp_path / "a.bvh", text))
    many = ARM.replace("CHANNELS 3 Zrotation", "CHANNELS 99999999999 Zrotation", 1)
    with pytest.raises(BadInput, match="99999999999 channels of one joint"):
        read_keypoints(save(tmp_path / "a.bvh", many))


def test_nan_in_a_frame_makes_its_joints_missing(tmp_path):
    text = figure(CONVENTIONS["plain"]).replace("5 80 0\n", "5 nan 0\n")
    found = read_keypoints(save(tmp_path / "a.bvh", text))
    assert [len(people) for people in found.frames] == [1, 0]
