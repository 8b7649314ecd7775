"""The studio: the whole main job on pages of one's own computer."""
