"""The marking page as a web application: every address begins with a token that is kept secret."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder.errors import KitError
from autograder.marks import ConflictError

from .board import Shown
from .desk import Desk

T = TypeVar("T")

_PAGE = Path(__file__).with_name("page")
_LARGEST_BODY = 8 * 2**20
_SECONDS_BETWEEN_SHEETS = 5
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Save(msgspec.Struct, forbid_unknown_fields=True):
    """A change that the page sends: ``seen`` is the last change of the entry that it knew."""

    id: int
    question: str
    criterion: str
    points: float | None
    comment: str
    seen: int
    marker: str


class Rerun(msgspec.Struct, forbid_unknown_fields=True):
    """A request to run the checks of a question of submission ``id`` again."""

    id: int
    question: str


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    """A request to take back the last change of a marker."""

    marker: str


def make_app(desk: Desk, token: str) -> Starlette:
    """Return the application; all addresses are below ``/<token>/``."""
    templates = Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined
    )

    def page(_: Request) -> Response:
        shown = templates.get_template("mark.html").render(
            title=desk.board.title,
            base=f"/{token}",
            questions=desk.progress(),
            marker=desk.marker,
            anonymous=desk.board.anonymous,
        )
        return HTMLResponse(shown)

    def question(request: Request) -> Response:
        return JSONResponse(desk.question(_label(desk, request)))

    def answer(request: Request) -> Response:
        return JSONResponse(desk.board.answer(_label(desk, request), _number(desk, request)))

    def figure(request: Request) -> Response:
        path = desk.board.figure(_number(desk, request), f"figures/{request.path_params['file']}")
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, media_type="image/png")

    def total(request: Request) -> Response:
        return JSONResponse(desk.total(_number(desk, request)))

    def changes(request: Request) -> Response:
        since = request.query_params.get("since", "0")
        return JSONResponse(desk.changes(int(since) if since.isdecimal() else 0))

    def sheet(_: Request) -> Response:
        if desk.board.anonymous:
            raise HTTPException(404)  # the table has the names
        name = {"Content-Disposition": 'attachment; filename="marks.csv"'}
        return Response(desk.sheet(), media_type="text/csv; charset=utf-8", headers=name)

    async def save(request: Request) -> Response:
        change = await _body(request, Save)
        return await _in_thread(desk, desk.save, **msgspec.structs.asdict(change))

    async def again(request: Request) -> Response:
        rerun = await _body(request, Rerun)
        if not 0 <= rerun.id < len(desk.board.names):
            raise HTTPException(404)
        return await _in_thread(desk, desk.again, number=rerun.id, question=rerun.question)

    async def undo(request: Request) -> Response:
        return await _in_thread(desk, desk.undo, marker=(await _body(request, Undo)).marker)

    async def upload(request: Request) -> Response:
        text = await request.body()
        return await _in_thread(desk, desk.take_in, content=text)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        writing = asyncio.create_task(_write_sheets(desk))
        yield
        writing.cancel()

    routes = [
        Route("/", page),
        Route("/question/{label}", question),
        Route("/answer/{label}/{number:int}", answer),
        Route("/figure/{number:int}/{file}", figure),
        Route("/total/{number:int}", total),
        Route("/changes", changes),
        Route("/marks.csv", sheet),
        Route("/save", save, methods=["POST"]),
        Route("/undo", undo, methods=["POST"]),
        Route("/again", again, methods=["POST"]),
        Route("/marks.csv", upload, methods=["POST"]),
        Mount("/static", StaticFiles(directory=_PAGE)),
    ]
    middleware = [
        Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
        Middleware(_Guard),
    ]
    return Starlette(
        routes=[Mount(f"/{token}", routes=routes)], middleware=middleware, lifespan=lifespan
    )


class _Guard:
    """Sets the headers that forbid scripts and frames of others, and limits what is sent in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(k.lower().encode(), v.encode()) for k, v in _HEADERS.items()]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        length = dict(scope.get("headers", [])).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > _LARGEST_BODY:
            await Response("too large", 413)(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)


def _label(desk: Desk, request: Request) -> str:
    label = str(request.path_params["label"])
    if label not in desk.board.questions:
        raise HTTPException(404)
    return label


def _number(desk: Desk, request: Request) -> int:
    number = int(request.path_params["number"])
    if number >= len(desk.board.names):
        raise HTTPException(404)
    return number


async def _body(request: Request, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.MsgspecError as error:
        raise HTTPException(422, str(error)) from None


async def _in_thread(desk: Desk, call: Callable[..., Shown], **values: Any) -> Response:
    """Return what ``call`` returns, as JSON; a fault as one sentence."""
    try:
        return JSONResponse(await asyncio.to_thread(call, **values))
    except ConflictError as error:
        return JSONResponse({"error": str(error), "current": desk.shown(error.current)}, 409)
    except KitError as error:  # a MarksError is one
        return JSONResponse({"error": str(error)}, 422)


async def _write_sheets(desk: Desk) -> None:
    """Write marks.csv while marking goes on."""
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN_SHEETS)
        await asyncio.to_thread(desk.write_sheet)
