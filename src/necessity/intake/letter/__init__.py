"""Letters of medical necessity in anybody's words, read without a language model: `read.py` is the door."""
