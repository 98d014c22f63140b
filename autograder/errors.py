"""Errors that tell a person what happened, where, and what to do."""


class KitError(Exception):
    """An error whose text is one clear sentence for the person at the command line."""


class CourseError(KitError):
    """Something an instructor wrote (TOML, rubric, markers, mistakes) cannot be used."""


class SubmissionError(KitError):
    """A submission cannot be read at all (corrupt archive, too large, nothing in it)."""


class IsolationError(KitError):
    """The confinement asked for is not available on this machine."""
