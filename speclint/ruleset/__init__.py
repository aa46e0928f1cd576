"""The rule-set language: model, loading, merging, validation, titles, skeletons, detection.

A rule set says what the documents of one template owe; it is YAML or derived from the template.
"""
