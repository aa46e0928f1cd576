"""Checks of what a document says about test coverage."""
