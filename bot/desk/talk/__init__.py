"""The words between staff and a citizen, with their files and questions."""
