"""Prove that a problem may be released: gate, known mistakes, calibration."""
