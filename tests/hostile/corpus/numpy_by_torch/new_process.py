"""Start another Python that has torch.

outcome: error
stopped by: the system-call filter: no new process
"""

import subprocess
import sys


def stolen():
    code = "import torch; print(torch.ones(1))"
    subprocess.run([sys.executable, "-c", code], check=True)
