"""Small changes of a student's code, one at a time, made from its syntax tree."""
