"""Hand in a module called autograder.

outcome: failed
file: autograder.py
"""

raise SystemExit("the grader imported this")
