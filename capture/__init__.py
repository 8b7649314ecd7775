"""VIDEO -> POSES AND PAIRS.

Main path: `video_to_take.video_to_take()` turns footage into a take: a folder with frames, poses,
mattes, clean plate, body profile and report.

Map
    skeleton, sequence, stick_figure    what a pose is, over time, and as a picture
    body_profile, framing, retarget     what others need to know of a person; crop and scale; fit
    video, audio, pictures              streams of frames and samples, in and out
    inspection, treatment, opening      how footage must be read, found out before it is watched
    estimators, tracking, cleaning      frames -> people -> the target's poses, made trustworthy
    keypoint_files                      poses of other programs, in and out
    background, corrections             the camera held still, the light even
    conditions, contact_sheet           what footage is good for, and why
    matte, take, pairs                  the person's side of the picture; the folder; training pairs
    atomic, errors                      whole results or none; what can go wrong

Conventions
    Points are (x, y) in pixels, x to the right, y down, (0, 0) the outer corner of the first pixel,
    so that scaling a picture scales its points. A joint not found is NaN with confidence 0.
    Pictures are uint8 RGB arrays (height, width, 3); mattes uint8 (height, width), 255 the person.
    Sizes are (width, height). Times are seconds. Left and right are the person's own.

This package imports nothing else of stickdance.
"""
