"""The desk: what is done with each kind of record. A function is a use case, and a use case is one transaction."""
