"""Serve the marking page on this machine until it is stopped."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from autograder.errors import KitError
from autograder.report.read import read_results

from .board import Board
from .desk import Desk
from .settle import settle

_LOOPBACK = "127.0.0.1"
_EXTRA = (
    "The marking page needs packages that are not installed; run: "
    'python -m pip install "deep-learning-assignments[mark]"'
)


def mark_run(
    run: Path,
    *,
    course: Path,
    marker: str,
    anonymous: bool,
    port: int,
    browser: bool,
    say: Callable[[str], None],
) -> None:
    """Open the marking page of a run; afterwards write marks.csv, the totals and grades.csv."""
    try:
        import uvicorn

        from .app import make_app
    except ModuleNotFoundError:
        raise KitError(_EXTRA) from None
    results = read_results(run)
    settle(run, results)
    desk = Desk(run, Board(run, results, anonymous), marker, course)
    token = secrets.token_urlsafe(24)
    with _listening(port) as listener:
        address = f"http://{_LOOPBACK}:{listener.getsockname()[1]}/{token}/"
        say(
            f"Mark at {address}\nOnly this machine reaches it. Press Ctrl-C when you have finished."
        )
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        settings = uvicorn.Config(make_app(desk, token), log_level="warning", access_log=False)
        try:
            uvicorn.Server(settings).run(sockets=[listener])
        except KeyboardInterrupt:
            pass  # how uvicorn ends after Ctrl-C
        finally:
            desk.store.close()
    totals = settle(run, results)
    done = sum(total["total"] is not None for total in totals.values())
    say(
        f"{done} of {len(totals)} submissions are marked. Marks: {run}/marks.csv, "
        f"totals: {run}/grades.csv.\nWrite the reports with: python -m autograder report {run}"
    )


def _listening(port: int) -> socket.socket:
    """Return a socket of this machine alone; port 0 takes a free one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
        listener.listen()  # so that a browser that is faster than the server waits
    except OSError as error:
        listener.close()
        raise KitError(
            f"Port {port} cannot be used ({error.strerror}); name another one with --port."
        ) from None
    return listener
