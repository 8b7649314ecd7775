"""Performers shared on a hub, with consent."""
