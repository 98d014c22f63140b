"""Hand in a test file with the name of the hidden one.

outcome: failed
file: SimpleCNN.py
"""

OK_FORMAT = False
name = "SimpleCNN"
points = 100
