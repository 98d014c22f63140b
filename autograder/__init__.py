"""Build, run and report autograded deep-learning assignments."""
