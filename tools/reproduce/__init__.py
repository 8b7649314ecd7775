"""A result made again from what it says of itself, and compared with it.

Map
    recording       what a command line is told of in the results that it makes
    inputs          its inputs, found where they were or among folders by their hash
    again           the command run again, elsewhere
    comparison      two results side by side: decoded frames and sound, arrays, texts
    reproduce       all of it
"""
