"""Making engines."""

from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry


def make_engine(database_url: str) -> AsyncEngine:
    """Return the engine the server and the seeder use."""
    engine = create_async_engine(database_url)
    if make_url(database_url).get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite_connection)
    return engine


def _prepare_sqlite_connection(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # SQLite leaves foreign keys unchecked, and so never cascades, unless each connection asks.
    cursor.execute("PRAGMA foreign_keys = ON")
    # Readers would otherwise block the worker's writes, and the other way round.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.close()
