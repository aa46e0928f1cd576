"""Checks that the sections of the template are there, in order, at their level."""
