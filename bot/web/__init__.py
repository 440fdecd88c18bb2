"""The hub's public pages."""
