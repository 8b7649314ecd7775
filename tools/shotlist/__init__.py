"""Shot lists as people use them: written with a guide, and found again in what was filmed."""
