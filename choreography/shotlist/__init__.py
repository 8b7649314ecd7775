"""Shot lists: the fewest moves to film so that a song can be danced in filmed frames."""
