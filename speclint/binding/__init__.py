"""Match a document's sections and labels to its rule set, once, before any check runs.

`matcher` does it, `model` is the result that checks read.
"""
