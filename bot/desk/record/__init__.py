"""What every kind of record has: a number, a stage, a history, evidence, and who is told."""
