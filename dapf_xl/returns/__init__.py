"""Returns: where their cells are, how they are written, filled and read back."""
