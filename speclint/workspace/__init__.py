"""Hold a folder tree: its files, configuration, git history, rule sets, baseline and cache.

Every front end calls `workspace.Workspace`.
"""
