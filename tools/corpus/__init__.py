"""Dances to learn from, made of composed songs, and ways of dancing compared on them."""
