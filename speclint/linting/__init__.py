"""Lint a text under a rule set: pure, text in, result out.

Suppressions and obligations belong to it; baselines and `--since` are filters by diagnostic key.
"""
