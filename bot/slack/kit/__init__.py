"""Small parts that messages and modals are made of. Pure."""
