"""Find the fix of a finding, the text that it inserts, and the proof that nothing is lost.

Fixes are made only on request; `fix` applies them to a fixed point over `lint`.
"""
