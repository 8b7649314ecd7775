"""POSES -> VIDEO OF A PERSON.

Main paths: `training.trainer.train()` turns a take into a performer,
`poses_to_video.poses_to_video()` turns a dance and a performer into a video, `quality.compare`
scores frames.

Map
    training, generators            a take -> a performer; the networks that paint
    appearance                      the target's own pixels, moved onto a pose
    poses_to_video, rendering       the main path; poses -> painted frames
    playback                        filmed frames shown again, where they show a dance's poses
    performer                       a trained renderer of one person, on disk and in memory
    engines, compute, export        what computes a network, where; as ONNX
    quality                         scores of frames
    credentials, marking            who says that a video is synthetic; the mark in its pixels
    verification                    what a video says of itself

Conventions
    Tensors are (batch, channels, height, width), RGB, float32 in [-1, 1]; mattes in [0, 1].
    Pictures outside the networks are uint8 RGB (height, width, 3), as in `capture`.

This package imports `capture` and `checkpoints`, never `choreography`.
"""
