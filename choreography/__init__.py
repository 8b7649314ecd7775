"""MUSIC -> POSES.

Main path: `music_to_poses.music_to_poses()` turns a song into a dance: a folder with the plan
(`choreography.json`), the poses and the song's decoded sound.

Map
    music_to_poses, choreographer   the main path; the contract of all that dance
    song_to_plan, song_part         listening and choosing; which part of a song is danced
    music, listening, annotations   what is heard in a song, or given from outside
    plan, rules, actions            the choreography; how steps are chosen; what they are made of
    motion_graph, following         dances made of filmed moves; what a video shows, followed
    learned, movement               learned choreographers, and the data of movement they learn from
    body, plan_to_poses             the dancing body; steps -> joints in every frame
    dance, editing                  the folder; some of its steps changed
    export, practice                other programs; dances to learn from
    evaluation                      how good a dance is

Conventions
    Times are seconds from the first decoded sample of the song. Beats are counted from 0.
    The three-dimensional body lives in units of its own height: x to the picture's right, y up, z
    towards the camera; angles in degrees. Phase of an action runs from 0 to 1, counts from 0.

This package imports `capture` and `checkpoints`, never `synth`.
"""
