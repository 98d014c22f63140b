"""Raise the limits of the process before using them up.

outcome: error
"""

import resource

for limit in (resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):
    resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
