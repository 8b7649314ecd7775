"""Learned choreographers and models of movement, each trained on the user's own data.

Every one of them has the same parts: a network that takes numbers, data that is drawn by seed and
step, a learner (what one step does), options beside them, and `evaluate() -> dict`. `learning`
runs a learner and writes the model's folder.

Conventions
    Poses (frames, joints, axes); times in seconds; tensors (batch, time, features) in float32.
"""
