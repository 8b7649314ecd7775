"""The dance actions: short movements as functions of phase.

`catalog` lists them all; `arms`, `hips`, `legs` and `whole` hold them by the part of the body that
leads; `action` says what an action is; `timing` turns key poses into movement.

Conventions
    An action has a number of counts. Phase 0 is the count before its first one, phase 1 its last
    count, and count k (from 0) falls on phase (k + 1) / counts: every count is an arrival, so it
    lands on a beat, and the way to it lies before the beat. Phase 0 and phase 1 are the same pose,
    with both feet home, so that actions repeat and follow each other.
    Moves are written for one side; the mirror image is the other one.
"""
