"""Build the import as bytecode, without any source.

outcome: forbidden
"""


def stolen():
    code = compile("import json as found", "", "exec")
    code = code.replace(co_names=tuple({"json": "tor" + "ch"}.get(n, n) for n in code.co_names))
    names = {}
    exec(code, names)
    return names["found"]
