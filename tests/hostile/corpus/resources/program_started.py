"""Start a shell that keeps running.

outcome: error
"""

import subprocess

subprocess.Popen(["/bin/sh", "-c", "while :; do :; done"])
