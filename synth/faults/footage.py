"""Footage of a person as frames with their poses: from a take, or from what a performer keeps."""

from collections.abc import Iterator

import cv2
import numpy as np

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.take.take import Take
from stickdance.synth.compute.array_types import Floats
from stickdance.synth.faults.account import equally_spaced, wanted_in
from stickdance.synth.faults.examiner import OF_FOOTAGE, Shown
from stickdance.synth.performer.performer import Performer


def of_take(take: Take, size: tuple[int, int]) -> Iterator[Shown]:
    """Yield some frames of a take that train, scaled to a size of the same shape, without mattes.

    Mattes of frames that were painted by others are not known either.
    """
    poses = take.poses.scaled(size)
    wanted = wanted_in(poses, body_height(poses.converted(OPENPOSE_18).points, OPENPOSE_18))
    places = set(equally_spaced(take.training_frames, OF_FOOTAGE))
    for number, frame in enumerate(take.frames(0, take.training_frames)):
        if number in places:
            method = cv2.INTER_AREA if size[0] < frame.shape[1] else cv2.INTER_CUBIC
            picture = np.asarray(cv2.resize(frame, size, interpolation=method), np.uint8)
            yield Shown(picture, wanted[number], second=number / take.fps)


def of_performer(actor: Performer) -> Iterator[Shown]:
    """Yield some of the filmed frames that a performer keeps, over its plate; none if it has none.

    Args:
        actor: at the size of videos.
    """
    film = actor.filmed
    if film is None:
        return
    sure: Floats = np.asarray(np.isfinite(film.points).all(-1), np.float32)
    poses = PoseSequence(film.points, sure, film.fps, film.pool.size, actor.skeleton)
    wanted = wanted_in(poses, actor.body.height)
    for place in equally_spaced(len(film), OF_FOOTAGE):
        left, top, right, bottom = (int(side) for side in film.pool.boxes[place])
        part, alpha = film.pool.crop(place)
        picture, matte = film.plate.copy(), np.zeros(film.plate.shape[:2], np.uint8)
        picture[top:bottom, left:right], matte[top:bottom, left:right] = part, alpha
        yield Shown(picture, wanted[place], matte, float(film.frames[place]) / film.fps)
