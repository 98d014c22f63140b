"""Generic mutants of the references: what the hidden cases are worth beyond the known mistakes."""
