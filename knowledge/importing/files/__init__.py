"""Files as they lie on the disk: their bytes, and the lines and cells in them."""
