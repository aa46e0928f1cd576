"""Checks that nothing of the template is left to be filled in."""
