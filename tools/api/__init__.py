"""stickdance: a song and footage of a person in, a video of that person dancing out.

Map
    stickdance.capture         footage -> poses and training pairs
    stickdance.choreography    music -> poses
    stickdance.synth           poses -> video of a person
    stickdance.checkpoints     what a trained model is on disk
    stickdance.tools           what people run
"""
