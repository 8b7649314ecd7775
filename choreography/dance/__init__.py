"""The folder that a choreography makes for a song: plan, poses, sound, preview."""
