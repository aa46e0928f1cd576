"""Write rule sets, documents and configurations to start from: derive, learn, new, init."""
