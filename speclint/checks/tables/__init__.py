"""Checks of tables: there, with their columns and values, and with every cell in a column."""
