"""Material without any download: composed songs and the demo dancer."""
