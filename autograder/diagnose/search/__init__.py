"""Find the line: the smallest change of a student's own code that makes failed cases pass."""
