"""Parse Markdown: sources and spans, blocks, inline pieces, sections, metadata.

This room knows nothing of rule sets. Every value is immutable and places are code-point offsets.
"""
