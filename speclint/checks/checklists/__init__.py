"""Checks of boxes: there, well formed, and ticked when the stage demands it."""
