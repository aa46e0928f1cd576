"""Parse reports of coverage tools: one file a format, bytes -> the share of code that was run.

Files are read by the workspace.
"""
