"""The official registers of organisations: files whose layout is known."""
