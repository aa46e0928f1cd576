"""Fixes: which one answers a finding, what it inserts, and the proof that nothing is lost.

Made only when somebody asks; `fix` applies them to a fixed point over `lint`.
"""
