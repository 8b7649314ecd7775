"""Dances and actions to learn from: practice videos with counts, sheets, previews of actions."""
