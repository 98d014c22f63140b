"""The grader's command: ``python -m autograder grade | replay | mistakes | calibrate | doctor``."""

from autograder.cli import main

if __name__ == "__main__":
    main(prog_name="python -m autograder")
