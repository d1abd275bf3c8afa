"""What `scripts/fuzz.py` is made of: ways to spoil a file, and the process that tries what comes of them."""
