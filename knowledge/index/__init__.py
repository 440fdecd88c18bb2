"""The search index, derived from the database: arrays that are built, merged, searched and kept on disk."""
