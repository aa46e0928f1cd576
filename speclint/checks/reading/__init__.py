"""Provide what checks of several families read off a bound document."""
