"""Models that others published: which there are, where they lie here, and how they are fetched."""
