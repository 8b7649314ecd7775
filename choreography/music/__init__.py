"""What is heard in a song: onsets, beats, bars, sections, and how each moment sounds.

Map
    analysis                              a song read once: onsets, notes and timbre side by side
    spectrum, onsets, chroma, timbre      the sound, frame by frame
    tempo, metrical_level, beat_tracking  how fast it goes, which pulse is the beat, following it
    beats, bars, beat_this_listener       beats and downbeats
    structure, sections, phrases          sections, what repeats, which is the chorus
    lag_matrix, lag_picture               the time-lag matrix behind them
    published_structure                   the structure that was published, one note every 0.2 s
    beat_features, frame_features         the sound of each beat and of each video frame
"""
