"""Reports: one output format a file, results -> text.

What other programs would obey is escaped in one place, `escape`.
"""
