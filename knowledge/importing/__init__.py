"""People's files into the knowledge base, and out of it again."""
