"""The learned choreographer: music in, a dance out.

    clips            movements with their songs -> poses, samples and beats, frame by frame
    encoder          a song's frames -> music features
    generators       music features, an initial pose and a code -> poses; poses -> music features
    discriminators   is it a dance, is it a dance to this music
    learner, losses  one step of training
    sample           a song of any length -> a dance, chunk after chunk
    learned_choreographer   the contract `Choreographer`, on the target's body

Conventions
    10 frames a second; a frame has 1600 samples at 16 kHz in -1..1; a chunk is 50 frames, 5 s.
    Poses (frames, 18, 2) in window units: the dancer in a window of 640x320 pixels, 1
    unit = 160 pixels from its middle, x to the right, y down. Tensors (batch, frames, features).

Source: Ban, "Generating Music-Driven Choreography with Deep Learning" (2021),
after Ren et al. 2020; cited in this package as Ban 2021.
"""
