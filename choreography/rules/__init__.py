"""Rules that choose which action is danced on which beats, from what a song sounds like."""
