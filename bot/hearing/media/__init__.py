"""Photos and files that citizens send: how they are fetched, and which of them are one turn."""
