"""The error that this package raises."""


class DataError(Exception):
    """A dataset is missing or damaged; the text names the file and says what to do."""
