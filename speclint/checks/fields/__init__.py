"""Checks of metadata and labels: there, and with a value that is one."""
