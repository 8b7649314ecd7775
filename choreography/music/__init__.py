"""What is heard in a song: onsets, beats, bars, sections, and how each moment sounds.

Map
    analysis                              a song read once: onsets, notes and timbre side by side
    spectrum, onsets, chroma, timbre      the sound, frame by frame
    tempo, beat_tracking                  how fast it goes, following a pulse
    readings, reading_evidence            which pulse is the beat
    beats, bars, beat_this_listener       beats and downbeats
    beat_hints, beat_picture              what people know about the beat, and how it looks
    structure                             sections, what repeats, which is the chorus
    sections, section_labels, phrases     where they begin, which are the same, what comes together
    lag_matrix, lag_picture               the time-lag matrix behind them
    key_changes                           where a song goes on in another key
    published_structure                   the structure that was published, one note every 0.2 s
    beat_features, frame_features         the sound of each beat and of each video frame
"""
