"""Run marshalled code that imports it.

outcome: forbidden
"""

import marshal


def stolen():
    code = marshal.loads(marshal.dumps(compile("from scipy.special import softmax", "", "exec")))
    names = {}
    exec(code, names)
    return names["softmax"]
