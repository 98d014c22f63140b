"""The parts of `check.py`: load cases, run them, explain failures, pack the zip."""
