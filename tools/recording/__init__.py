"""A guided recording: moves shown and spoken while the camera runs, consent asked and kept."""
