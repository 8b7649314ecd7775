"""MUSIC -> POSES.

Main path: `music_to_poses.music_to_poses()` turns a song into a dance: a folder with the plan
(`choreography.json`), the poses and the song's decoded sound.

Conventions
    Times are seconds from the first decoded sample of the song. Beats are counted from 0.
    The three-dimensional body lives in units of its own height: x to the picture's right, y up, z
    towards the camera; angles in degrees. Phase of an action runs from 0 to 1, counts from 0.

This package imports `capture` and `checkpoints`, never `synth`.
"""
