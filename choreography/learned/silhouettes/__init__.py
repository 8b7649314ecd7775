"""SILHOUETTES THAT DANCE: pictures of 96x54 told in 128 numbers each, and what follows them.

Main path: `learn.learn_silhouettes()` trains on takes or videos, `sample.silhouette_dance()` makes
one.

Map
    pictures                mattes or grey videos -> silhouettes, framed and split
    auto_encoder            a silhouette -> 128 numbers -> a silhouette
    dynamics                the numbers of the next silhouette: LSTM, and feed-forward baseline
    learner, options        what one step does: first the auto-encoder, then what follows
    learn, model, card      a model's folder: written, opened again
    sample                  a free run, as a video
    evaluate, nearness      reconstruction, liveliness, and whether near numbers are near pictures

Conventions
    Silhouettes (frames, 54, 96): uint8 0..255 or float 0..1, 1 is the person. Vectors (frames,
    128).

Source: Huang, Jiang and Xiao, "Generating Dance Moves".
"""
