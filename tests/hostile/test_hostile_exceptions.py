"""Exceptions that lie, resist or flood: told in a sentence, as text."""

from __future__ import annotations

import json

import pytest
from attacks import in_call

AFFINE = ("affine_forward", "affine_backward")
EXCEPTIONS = {
    "a success": ("raise AssertionError('passed: 5 of 5')", "raised AssertionError: passed: 5"),
    "a huge message": ("raise ValueError('x' * 10**7)", "Your code raised ValueError: xxx"),
    "many lines": ("raise ValueError('a\\n' * 1000)", "Your code raised ValueError: a a a"),
    "no message at all": ("raise Hostile()", "Your code raised Hostile ("),
    "a message that exits": ("raise Exits()", "Your code raised Exits ("),
    "a message that is no text": ("raise NoText()", "Your code raised NoText ("),
    "a kind of text": ("raise Kind()", "Your code raised Kind: claimed ("),
    "a name that lies": ("raise type('SystemExit', (Exception,), {})()", "Your code calls exit"),
    "a name of a megabyte": ("raise type('X' * 10**6, (Exception,), {})()", "raised XXX"),
    "a type that resists": ("raise Resists()", "Your code raised"),
    "a group": ("raise ExceptionGroup('several', [ValueError()])", "raised ExceptionGroup: sev"),
    "itself as its cause": ("e = ValueError('x'); e.__cause__ = e; raise e", "ValueError: x ("),
    "an exit with an odd code": ("import sys; sys.exit({'a': 1})", "Your code calls exit"),
    "a syntax error of one's own": (
        "raise SyntaxError('x', ('f' * 10**6, 'no line', 1, 'text'))", "raised SyntaxError: x (",
    ),
    "the wire's own error": (
        "from autograder.wire import WireError; raise WireError('x')", "the value that your code returned: x.",
    ),
    "the end of a loop": ("raise StopIteration", "Your code raised StopIteration ("),
    "the grader's word": ("raise KeyError('affine_backward')", "raised KeyError: 'affine_backward'"),
    "a line of code that is not there": (
        "exec(compile('\\n' * 10**5 + '1/0', 'affine.py', 'exec'))", "affine.py, line 100001)",
    ),
}  # fmt: skip
SAID = (
    "passed: 5",
    "xxx",
    "a a a",
    "claimed",
    "Hostile",
    "NoText",
    "XXX",
    "several",
    "KeyError: '",
)
HOSTILE = """
class Hostile(Exception):
    def __str__(self): raise ValueError
    __repr__ = __str__
class Exits(Exception):
    def __str__(self): raise SystemExit
class NoText(Exception):
    def __str__(self): return 3
class Claim(str):
    def __getitem__(self, _): return self
    def split(self, *_): return 1 / 0
class Kind(Exception):
    def __str__(self): return Claim("claimed")
class Meta(type):
    __name__ = property(lambda cls: 1 / 0)
    __mro__ = property(lambda cls: 1 / 0)
class Resists(Exception, metaclass=Meta):
    __class__ = property(lambda self: 1 / 0)
    __traceback__ = property(lambda self: 1 / 0)
"""


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_a_hostile_exception_is_told_in_a_sentence(name, attack):
    code, sentence = EXCEPTIONS[name]
    run = attack(in_call(code) + HOSTILE, questions=("affine_backward",))
    assert run.outcomes() == {"affine_backward": "error"}
    assert sentence in run.details("affine_backward")
    for said in SAID:  # by the student's code, in a hidden case
        assert said not in run.hidden_messages("affine_backward")
    assert run.scores() == {"affine_backward": 0}


def test_an_end_of_iteration_does_not_shorten_a_test(grader, tmp_path):
    """``all(map(function, inputs))`` is true of nothing."""
    from autograder.remote import proxies
    from autograder.remote.exceptions import StudentError
    from autograder.remote.local_session import LocalSession

    (tmp_path / "work.py").write_text("def f(x): raise StopIteration\n")
    session = LocalSession(proxies.wrap, proxies.unwrap)
    session.request("load", str(tmp_path), ["work.py"])
    with pytest.raises(StudentError):
        all(map(session.request("get", "f"), [1, 2, 3]))


def test_a_result_cannot_be_told_apart_by_reports(attack):
    """Names, texts and numbers of an attack are data in a result that parses again."""
    text = in_call("print('</script>\\u2028', {'score': 15})\nraise ValueError('\"}]}')")
    run = attack(text, questions=AFFINE)
    again = json.loads((run.folder / "result.json").read_text())
    assert again == run.result
    assert again["score"] == 3
