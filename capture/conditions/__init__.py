"""What in the footage would spoil the training: measured, judged, said with its reason.

Map
    condition       one measured thing with its thresholds, verdict and reason
    camera, picture, presence    the camera and the light; blur, noise, clutter; the person
    movements       which of the movements that any dance needs were filmed
    pose_coverage   the share of one dance's poses that a take holds
    judgement       all of them together: the verdict on a take

Conventions: those of `capture`; shares are 0..1. A verdict is "good", "usable" or "not usable"; the
verdict on a take is that of its worst condition. What was danced (movements) is told beside it: it
limits what can be shown, not how well.
"""
