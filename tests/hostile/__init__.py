"""What a stranger may send: documents, bytes, YAML, patterns and whole checkouts."""
