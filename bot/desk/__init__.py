"""The desk: one module per stage; a function is a use case is a transaction."""
