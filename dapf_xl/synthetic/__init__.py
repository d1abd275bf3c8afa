"""Made-up rounds: figures, words and untidiness as they come in a real quarter, from a seed number."""
