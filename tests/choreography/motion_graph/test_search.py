import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.motion_graph.accents import Accents
from stickdance.choreography.motion_graph.clip import FilmedMovement
from stickdance.choreography.motion_graph.search import choose_moves
from stickdance.choreography.motion_graph.segmentation import MoveLibrary, cut_moves
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.choreography.plan.moves import Moves
from stickdance.choreography.plan.styles import Taste

FPS, SECONDS = 30.0, 16


def library():
    """Hands that go to and fro with the beat, wide apart in the second half of the footage."""
    times = np.arange(SECONDS * FPS) / FPS
    points = np.random.default_rng(1).uniform(90, 110, (1, 18, 2)) + np.zeros((len(times), 18, 2))
    wide = np.where(times < SECONDS / 2, 12, 60)
    for side, sign in (("left", 1), ("right", -1)):
        wrist = points[:, OPENPOSE_18.index[f"{side}_wrist"]]
        wrist[:, 0] += sign * wide * (1.2 + np.sin(2 * np.pi * times))
    poses = PoseSequence(points, np.ones(points.shape[:2]), FPS, (256, 256), OPENPOSE_18)
    beats = Accents(np.arange(SECONDS) + 0.0, np.ones(SECONDS))
    moves = Moves("anna", "", SECONDS, cut_moves(beats, SECONDS))
    return MoveLibrary(moves, FilmedMovement(poses, default_profile((256, 256)), mirrors=False))


def test_the_chorus_gets_the_largest_footage_though_a_verse_comes_first():
    count = 32
    times = 0.5 * np.arange(count)
    beats = Beats(times, np.arange(0, count, 4), 120, 4, np.ones(count, np.float32), 1.0)
    sections = tuple(
        Section(label, start, start + 4, label == "B")
        for label, start in (("A", 0), ("B", 4), ("C", 8))
    )
    loud = np.full(count, 0.6, np.float32)
    features = BeatFeatures(
        loud, beats.intervals, np.full((count, 3), 1 / 3), np.zeros(count, bool)
    )
    dancer = library()
    steps = choose_moves(beats, Structure(sections, (), "B"), features, Taste(), dancer)
    chorus = [dancer.moves.find(step.action).start for step in steps if step.section == "B"]
    assert min(chorus) >= SECONDS / 2 - 0.5
