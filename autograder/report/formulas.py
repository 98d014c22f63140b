r"""Write every formula of a Markdown text between dollars, which is what pandoc reads.

Students also write ``\(...\)``, ``\[...\]`` and ``\begin{align}``; and a displayed formula whose
line begins with ``=`` or ``-`` would be taken for a heading or a list.
"""

from __future__ import annotations

import re

_ENVIRONMENTS = "equation|align|aligned|alignat|gather|multline|eqnarray|flalign|displaymath"
_OPENING = re.compile(
    rf"(?P<code>`+|^ {{0,3}}~{{3,}})|(?P<dollars>\$\$)|(?P<bracket>\\\\?[(\[])"
    rf"|\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}",
    re.MULTILINE,
)
_CLOSING = {"(": ")", "[": "]"}
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")


def with_dollars(text: str) -> str:
    """Return ``text`` with all formulas between dollars; code stays as it is.

    Takes time in proportion to the text: a closing mark that is missing is looked for once.
    """
    parts: list[str] = []
    at, missing = 0, set()
    while (found := _OPENING.search(text, at)) is not None:
        closing = _closing(found)
        end = -1 if closing in missing else text.find(closing, found.end())
        if end < 0:
            missing.add(closing)
            parts.append(text[at : found.end()])
            at = found.end()
            continue
        parts += [text[at : found.start()], _formula(found, text[found.end() : end], closing)]
        at = end + len(closing)
    return "".join([*parts, text[at:]])


def _closing(found: re.Match[str]) -> str:
    if found["name"]:
        return f"\\end{{{found['name']}}}"
    if found["bracket"]:
        return found["bracket"][:-1] + _CLOSING[found["bracket"][-1]]
    return found[0].lstrip(" ")


def _formula(found: re.Match[str], inside: str, closing: str) -> str:
    if found["code"]:
        return found[0] + inside + closing
    if found["name"]:
        inside = f"{found[0]}{inside}{closing}"
    line = " ".join(_COMMENT.sub("", inside).split())
    if not line:
        return found[0] + inside + closing
    is_inline = (found["bracket"] or "").endswith("(")
    return f"${line}$" if is_inline else f"$${line}$$"
