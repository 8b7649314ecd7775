"""A composed song: form, chords, voices and drums by rules, with exact beats and sections.

compose     *** a seed, a length and a tempo -> a song and its annotations
style       what kind of song: tempo, metre, key, feel
form        its sections and their chords
notes       what each voice plays
drums       what the drums play
grooves     bars of reggae, house, waltz and others, kept apart for fitting and testing
groove_notes, mixed_patterns    what is played of them
variation   verses that return with other words and other drums, and rising keys
voices, more_voices    how each voice sounds
mix         all voices to stereo sound
"""
