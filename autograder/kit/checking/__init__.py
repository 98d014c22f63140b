"""What `check.py` is made of: loading cases, running them on a student's code, words, packing."""
