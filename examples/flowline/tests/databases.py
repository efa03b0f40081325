"""A database under test."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from flowline.database.engine import make_engine

Result = TypeVar("Result")


@dataclass(frozen=True)
class Database:
    #: Also the section of alembic.ini that belongs to it.
    dialect: str
    url: str
    alembic_ini: Path

    def alembic(self, name: str, *arguments: Any) -> None:
        """Run an Alembic command, such as ``upgrade``."""
        config = Config(self.alembic_ini, ini_section=self.dialect)
        getattr(command, name)(config, *arguments)

    def engine(self) -> AsyncEngine:
        return make_engine(self.url)

    def connected(self, function: Callable[[Connection], Result]) -> Result:
        """Return what ``function`` makes of a connection, and commit."""

        async def call() -> Result:
            engine = self.engine()
            try:
                async with engine.begin() as connection:
                    return await connection.run_sync(function)
            finally:
                await engine.dispose()

        return asyncio.run(call())


def empty_postgres(connection: Connection) -> None:
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))
