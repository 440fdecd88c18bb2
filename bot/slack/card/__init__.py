"""The card of a case, and what stands beside and behind it."""
