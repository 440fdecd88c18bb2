"""What the centre knows: past cases, organisations, wards, schemes, and how to find them."""
