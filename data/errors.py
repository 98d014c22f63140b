"""The one error that the data room raises."""


class DataError(Exception):
    """A dataset cannot be had, or is damaged; the text says which file and what to do."""
