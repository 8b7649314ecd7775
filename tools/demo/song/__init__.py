"""A composed song: form, chords, voices and drums by rules, with exact beats and sections.

compose     *** a seed, a length and a tempo -> a song and its annotations
style       what kind of song: tempo, metre, key, feel
form        its sections and their chords
notes       what each voice plays
drums       what the drums play
voices      how each voice sounds
mix         all voices to stereo sound
"""
