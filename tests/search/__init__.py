"""Measure the search for the faulty line on code that is wrong in a known place."""
