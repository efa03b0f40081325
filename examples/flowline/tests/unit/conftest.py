"""A server over a database of its own, without a network."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from flowline.database.engine import make_engine
from flowline.database.models import Base
from flowline.server import create_app
from flowline.settings import Settings


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables and no rows; copying it is faster than making it anew."""
    path = tmp_path_factory.mktemp("unit") / "empty.db"

    async def create() -> None:
        engine = make_engine(f"sqlite+aiosqlite:///{path}")
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()

    asyncio.run(create())
    return path


@pytest.fixture
async def app(empty_tables: Path, tmp_path: Path) -> AsyncIterator[FastAPI]:
    path = shutil.copy(empty_tables, tmp_path / "unit.db")
    url = f"sqlite+aiosqlite:///{path}"
    app = create_app(Settings(database_url=url, scheduler_seconds=0))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://flowline/api") as client:
        yield client


@pytest.fixture
async def session(app: FastAPI) -> AsyncIterator[AsyncSession]:
    async with app.state.sessions() as session:
        yield session
