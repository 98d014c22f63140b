"""Answer in the handler of a signal.

outcome: error
"""

import signal
import time


def handler(number, frame):
    frame.f_back.f_locals["value"] = True
    raise StopIteration


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    time.sleep(0.1)  # the signal comes here, however fast the machine is
    return 0 * prev_h, None
