"""Alembic's way in. Run it through a section of alembic.ini: ``alembic -n sqlite upgrade head``."""

import asyncio
from logging.config import fileConfig
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import JSON, Connection, event, make_url, pool, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import SchemaItem

from flowline.database.base import UtcDateTime
from flowline.database.models import Base
from flowline.settings import Settings

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)

url = make_url(Settings.from_environment().database_url)
dialect = url.get_backend_name()


def require_matching_section() -> None:
    """Refuse to run one dialect's revisions against a database of the other."""
    if config.config_ini_section != dialect:
        raise CommandError(
            f"FLOWLINE_DATABASE_URL names a {dialect} database: use `alembic -n {dialect}`, "
            f"not `-n {config.config_ini_section}`"
        )


def include_object(
    item: SchemaItem, name: str | None, type_: str, reflected: bool, compare_to: SchemaItem | None
) -> bool:
    """Leave out what the models keep for the other dialect."""
    return item.info.get("only_on", dialect) == dialect


def render_item(type_: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Spell our types as what they are on this dialect. A revision then depends neither on code
    that may have moved by the time it runs, nor on the other dialect."""
    if type_ == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if type_ == "type" and isinstance(item, JSON):
        if dialect == "sqlite":
            return "sa.JSON()"
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return "postgresql.JSONB()"
    return False


def configure(**target: Any) -> None:
    context.configure(
        **target,
        target_metadata=Base.metadata,
        include_object=include_object,
        render_item=render_item,
        render_as_batch=dialect == "sqlite",
        compare_type=True,
        # Each revision stands or falls alone. On SQLite this needs the explicit BEGIN below.
        transaction_per_migration=True,
        transactional_ddl=True,
    )


def run_offline() -> None:
    configure(url=url, literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()


def prepare_sqlite_connection(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # With foreign keys on, dropping the old table of a batch rebuild would delete every row that
    # refers to it. The pragma is ignored inside a transaction, so it has to be set here.
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()
    # The driver would begin a transaction only at the first row it changes, which leaves CREATE
    # and ALTER outside; begin_sqlite does it instead.
    connection.isolation_level = None


def begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def check_sqlite_references(connection: Connection) -> None:
    """Make up for the foreign keys that were off while the revisions ran."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise CommandError(f"{len(broken)} rows refer to rows that do not exist, in: {tables}")


def run_migrations(connection: Connection) -> None:
    configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    if dialect == "sqlite":
        check_sqlite_references(connection)


async def run_online() -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    if dialect == "sqlite":
        event.listen(engine.sync_engine, "connect", prepare_sqlite_connection)
        event.listen(engine.sync_engine, "begin", begin_sqlite)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run_migrations)
    finally:
        await engine.dispose()


require_matching_section()
if context.is_offline_mode():
    run_offline()
else:
    asyncio.run(run_online())
