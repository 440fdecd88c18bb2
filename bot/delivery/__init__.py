"""What came in and what goes out, exactly once."""
