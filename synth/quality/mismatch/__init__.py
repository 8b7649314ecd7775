"""What sets two sides apart as a whole, before any score: time, colours, framing.

Map
    small_pictures    what is kept of both sides while they pass: small luma, a few samples
    alignment         by how many frames one lags, or at what rate it runs
    colours           which colour error, known by name, makes the one of the other
    tags              what the headers of two videos say of their colours
    framing           black bars, shifts, crops and sizes
    findings          all of it in lines for people, and as JSON values

Conventions
    Levels are 0..255. An offset counts frames of the rendered side: +1 says that it shows one frame
    later what the reference shows. Nothing is claimed of still or equal pictures.
"""
