"""Checks of what a rule set asks of running text: what it holds, and how long it is."""
