"""Check what a document states about test coverage."""
