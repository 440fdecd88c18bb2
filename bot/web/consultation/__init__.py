"""The pages that are one citizen's own: the form, where it stands, files that were sent to them."""
