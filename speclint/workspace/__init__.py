"""A folder tree: its files, configuration, git history, rule sets, baseline and cache.

`workspace.Workspace` is what every front end calls.
"""
