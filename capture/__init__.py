"""VIDEO -> POSES AND PAIRS.

Main path: `video_to_take.video_to_take()` turns footage into a take: a folder with frames, poses,
mattes, clean plate, body profile and report.

Map
    inspection                   a first look at footage: how must it be read?
    video_to_take, first_pass    the main path; people and masks estimated, frames stored
    video_to_motion, motion_clip  how somebody moves in a video, without their likeness
    media                        streams of frames and samples, in and out
    pose                         what a pose is, over time, and as a picture
    estimators, keypoint_files   frames -> people; poses of other programs
    tracking, cleaning           people -> the target's poses, made trustworthy
    matting, stabilisation       the person apart from the room; the camera held still
    conditions, evaluation       what footage is good for; how good poses are
    retargeting                  a movement given to another body
    take, pix2pixhd              the folder and its training pairs; pairs in pix2pixHD's folders

Conventions
    Points are (x, y) in pixels, x to the right, y down, (0, 0) the outer corner of the first pixel,
    so that scaling a picture scales its points. A joint not found is NaN with confidence 0.
    Pictures are uint8 RGB arrays (height, width, 3); mattes uint8 (height, width), 255 the person.
    Sizes are (width, height). Times are seconds. Left and right are the person's own.

This package imports nothing else of stickdance.
"""
