"""Read and represent rule sets: model, loading, merging, validation, titles, skeletons, detection.

A rule set states what the documents of one template owe; it is YAML or derived from the template.
"""
