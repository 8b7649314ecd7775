"""Material without any download: composed songs and the demo dancer.

Map
    songs, song_*                       a seed -> a song whose beats, bars and sections are known
    dancer                              a pose -> picture and matte of the demo dancer
    filming, performer                  a varied performance, footage of it, the demo performer
    stage, measures, lifting, stance    the view; the body; depth for flat poses; joints -> frames
    parts, anatomy, looks               what the figure is made of, and its colours
    tiles, distance, tracing            parts -> visible surface
    paint, face, lighting, shading      surface -> colour
    room, furniture                     what stands still
"""
