"""Raise, and look for the grader in the traceback.

outcome: error
"""


def stolen(arguments):
    try:
        raise ValueError
    except ValueError as error:
        trace = error.__traceback__
        while trace is not None:
            frame = trace.tb_frame
            while frame is not None:
                yield from frame.f_locals.values()
                frame = frame.f_back
            trace = trace.tb_next
