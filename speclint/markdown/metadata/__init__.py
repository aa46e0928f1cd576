"""Reads metadata: one notation a file, and what a field is.

`labels` has the notations inside of sections; `document` puts them together with front matter and headings.
"""
