"""Read metadata: one notation a file, and the type of a field.

`labels` has the notations inside of sections; `document` combines them with front matter and headings.
"""
