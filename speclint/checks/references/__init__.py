"""Checks that links, anchors, paths and footnotes lead somewhere."""
