"""The checks: one package a family, one file a check or close group; `registry` lists them.

A check takes a binding and yields findings; it makes no fix.
"""
