"""What ``scripts/benchmark.py`` needs: a synthetic framework, filled returns, and the rivals it is measured against."""
