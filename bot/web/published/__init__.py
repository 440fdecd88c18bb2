"""The published cases: pages, a search, and the same for machines."""
