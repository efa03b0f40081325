"""Putting the server together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import async_sessionmaker

import flowline
from flowline.database.engine import make_engine
from flowline.scheduler import schedule_forever
from flowline.server.errors import ConflictError, NotFoundError
from flowline.server.routes import deployments, flows, health, logs, runs, variables
from flowline.settings import Settings
from flowline.states import TransitionError


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application. Nothing is read or opened before it starts, so that importing
    ``flowline.server`` never needs a database."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        active = settings or Settings.from_environment()
        engine = make_engine(active.database_url)
        app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
        scheduler = None
        if active.scheduler_seconds > 0:
            scheduler = asyncio.create_task(
                schedule_forever(app.state.sessions, active.scheduler_seconds)
            )
        try:
            yield
        finally:
            if scheduler is not None:
                scheduler.cancel()
                with suppress(asyncio.CancelledError):
                    await scheduler
            await engine.dispose()

    app = FastAPI(title="Flowline", version=flowline.__version__, lifespan=lifespan)
    api = APIRouter(prefix="/api")
    for routes in (health, flows, deployments, runs, logs, variables):
        api.include_router(routes.router)
    app.include_router(api)
    app.add_exception_handler(NotFoundError, _answer_not_found)
    app.add_exception_handler(ConflictError, _answer_conflict)
    app.add_exception_handler(TransitionError, _answer_conflict)
    return app


async def _answer_not_found(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=404)


async def _answer_conflict(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=409)
