"""Reports: one output format a file, results -> text.

`formats` has the table of formats; what other programs would obey is escaped in one place, `escape`.
"""
