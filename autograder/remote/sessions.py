"""Send requests to the objects of one submission and take their answers, with limits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from autograder.remote.exceptions import (
    Alone,
    Garbled,
    Lost,
    read_raised,
    student_error,
)
from autograder.wire import Decoder, Encoder, Handle, WireError, pack_frame, unpack_frame


@dataclass(frozen=True)
class Record:
    """One request, the student's names it concerns, and its outcome, for diagnosis.

    ``helper`` is the name of the function that ran in the worker, "" for other requests.
    """

    operation: str
    names: frozenset[str]
    outcome: Any
    helper: str = ""


@dataclass
class Session:
    """Requests on a submission's objects; subclasses carry the frames."""

    wrap: Callable[[Session, Handle], Any]
    unwrap: Callable[[Any], Handle | None]
    ask_elsewhere: Callable[[str, float], Any] | None = None
    is_alone: bool = False  # nothing is asked elsewhere, and no function is replaced
    records: list[Record] = field(default_factory=list)
    lost: Lost | None = None  # why the other side can no longer answer
    _dropped: list[int] = field(default_factory=list)
    _names: dict[int, str] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict)
    _seed: int | None = None

    def seed(self, seed: int) -> None:
        """Seed the other side's generators with the next request."""
        self._seed = seed

    def get(self, name: str) -> Any:
        """Return the student's object called ``name``; raises LookupError if there is none."""
        if name not in self._found:
            self._found[name] = self.request("get", name)
        return self._found[name]

    def request(self, operation: str, *arguments: Any) -> Any:
        """Send one request and return its value; raises StudentError or Lost."""
        identity = secrets.token_bytes(16)
        encoder = Encoder(self._reference)
        content = encoder.encode(list(arguments))
        dropped, self._dropped = self._dropped, []
        seed, self._seed = self._seed, None
        frame = pack_frame([identity, operation, content, dropped, seed], encoder.blobs)
        header, raw = self._exchange(frame)
        try:
            tree, blobs = unpack_frame(header, raw)
            if type(tree) is not list or len(tree) != 3 or tree[0] != identity:
                raise WireError("an answer does not belong to its request")
            if tree[1] not in ("ok", "raised"):
                raise WireError("an answer is neither a value nor an exception")
            value = Decoder(blobs, lambda handle: self.wrap(self, handle)).decode(tree[2])
            raised = read_raised(value) if tree[1] == "raised" else None
        except WireError as error:
            raise self.lose(Garbled(str(error))) from None
        names = self._concerned(operation, arguments)
        outcome = value if raised is None else raised
        helper = str(arguments[1]) if operation == "run_beside" else ""
        self.records.append(Record(operation, names, outcome, helper))
        if raised is not None:
            raise student_error(raised)
        if names:  # what a named object returned is about that name too: an instance, a tape
            for part in value if type(value) is tuple else (value,):
                handle = self.unwrap(part)
                if handle is not None:
                    self._names[handle.id] = min(names)
        return value

    def _concerned(self, operation: str, arguments: Sequence[Any]) -> frozenset[str]:
        """Return the student's names that a request is about; instances count as their class."""
        if operation == "get":
            return frozenset(arguments)
        targets = arguments[2] if operation == "run_beside" else arguments[:1]
        handles = (self.unwrap(target) for target in targets)
        return frozenset(
            self._names[handle.id] for handle in handles if handle and handle.id in self._names
        )

    def name_of(self, proxy: Any) -> str | None:
        """Return the name by which a case asked for the student's object behind ``proxy``."""
        handle = self.unwrap(proxy)
        return self._names.get(handle.id) if handle else None

    def elsewhere(self, proxy: Any, at_least: float) -> Any:
        """Return the student's object behind ``proxy`` in a process that saw nothing of this case.

        None if the questions about it earned a smaller share of their points than ``at_least``.
        """
        self._expect_company()
        name = self.name_of(proxy)
        if name is None or self.ask_elsewhere is None:
            raise TypeError("only functions and classes that a case asks for by name run elsewhere")
        return self.ask_elsewhere(name, at_least)

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Keep no record of the requests inside the block."""
        self._expect_company()
        before = len(self.records)
        try:
            yield
        finally:
            del self.records[before:]

    def _expect_company(self) -> None:
        if self.is_alone:
            raise Alone("an earlier function is no excuse here")

    def drop(self, number: int) -> None:
        """Tell the other side, with the next request, that a handle is not needed any more."""
        self._dropped.append(number)

    def end(self) -> None:
        """Give up the other side."""

    def lose(self, why: Lost) -> Lost:
        """Give up the other side and remember why; return ``why``, to be raised."""
        self.end()
        self.lost = why
        return why

    def _reference(self, value: Any) -> Handle:
        handle = self.unwrap(value)
        if handle is None:
            raise TypeError(
                f"a test passes a {type(value).__name__} to the student's code; "
                "only plain data and the student's own objects cross the wire"
            )
        return handle

    def _exchange(self, frame: bytes) -> tuple[bytes, bytes]:
        raise NotImplementedError
