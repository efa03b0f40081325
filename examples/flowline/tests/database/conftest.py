"""Empty databases, and Alembic pointed at them.

The SQLite suite always runs. The Postgres one needs a database it may fill and empty as it likes,
named by FLOWLINE_TEST_POSTGRES_URL.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import Database, empty_postgres
from flowline.settings import async_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Database]:
    """An empty database of each dialect in turn."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    elif given := os.environ.get("FLOWLINE_TEST_POSTGRES_URL"):
        url = async_url(given)
    else:
        pytest.skip("set FLOWLINE_TEST_POSTGRES_URL to a Postgres database that may be emptied")
    database = Database(request.param, url, project / "alembic.ini")
    monkeypatch.setenv("FLOWLINE_DATABASE_URL", url)
    if database.dialect == "postgresql":
        database.connected(empty_postgres)
    yield database
    if database.dialect == "postgresql":
        database.connected(empty_postgres)


@pytest.fixture(scope="session")
def migrated_sqlite(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "head.db"
    template = Database("sqlite", f"sqlite+aiosqlite:///{path}", project / "alembic.ini")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLOWLINE_DATABASE_URL", template.url)
        template.alembic("upgrade", "head")
    return path


@pytest.fixture
def migrated(database: Database, migrated_sqlite: Path, tmp_path: Path) -> Database:
    """A database at the newest revision."""
    if database.dialect == "sqlite":
        shutil.copy(migrated_sqlite, tmp_path / "test.db")
    else:
        database.alembic("upgrade", "head")
    return database
