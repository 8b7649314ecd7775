"""Lengths of time in words."""


def in_words(seconds: float) -> str:
    """Return a length of time as people say it: "40 s", "6 min", "2 h 10 min"."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
