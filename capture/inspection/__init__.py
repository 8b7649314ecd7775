"""A first look at footage, before it is watched: how must it be read?

Map
    inspect       all of it: the treatment that the footage needs, and what was found, as conditions
    sampling      stretches of neighbouring frames from all over a video
    uprightness   does the picture lie on its side or on its head?
    bars          black bars at its edges
    letters       burnt-in captions that people pass behind
    repeats       fewer different pictures than the file has frames
    combing       frames that hold two moments, line by line

Conventions: those of `capture`. Each finder says nothing where it is not sure; what it finds is
named in the conditions of the take, and corrected by `stickdance.capture.media.treatment` where it
can be.
"""
