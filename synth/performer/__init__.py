"""A trained renderer of one person, on disk and in memory, with its card."""
