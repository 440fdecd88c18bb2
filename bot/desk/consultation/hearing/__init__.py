"""② ヒアリング: the pack of what is known, the date, and what was heard."""
