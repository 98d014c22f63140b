"""What leaves the course: packages for students, for the grading platform and for instructors."""
