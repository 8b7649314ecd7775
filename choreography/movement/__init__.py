"""MOVEMENTS OF ALL SOURCES -> ONE TABLE that models of movement are trained on, and back.

Main path: `prepare.prepare_movements()` turns a folder of movements and songs into a table.

Map
    movement, sources, units            what a movement is; reading one; metres, pixels -> heights
    discovery, films                    what lies in a folder; what is danced in films
    missing, resampling                 joints filled in; another frame rate
    transform, paths                    intra- and inter-movement and back; preset paths of the root
    windows                             pieces of fixed length
    sound                               what each frame's music sounds like; which song is whose
    song_features, song_clusters        which songs sound alike, and how surely
    table, time_series                  Parquet, and pytorch-forecasting's data set of it
    auto_encoder, representations       which representation of movement a network learns best

Conventions
    Body heights (ground to nose) of the mover; x to the picture's right, y up, z towards the
    camera; the unit is that of the whole movement, never of a frame. Points (frames, joints, axes)
    float64, NaN where missing; axes are 2 or 3.

Source: "What if we are able to predict movement?", whose method is called Move2Data.
"""
