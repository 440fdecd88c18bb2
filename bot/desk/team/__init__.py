"""The people of a record: who works here, who has which seat, who is away, who would fit."""
