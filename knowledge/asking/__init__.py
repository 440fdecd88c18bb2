"""From a question to ranked entries, each with why it was found."""
