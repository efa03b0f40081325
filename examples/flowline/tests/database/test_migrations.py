import re
import uuid
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text

from databases import Database
from flowline.database.models import Base

DIALECTS = {"sqlite": "SQLite", "postgresql": "Postgres"}


def index_names(connection: Connection) -> set[str]:
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    }
    return set(connection.scalars(text(catalogue[connection.dialect.name])))


def test_the_revisions_lead_up_down_and_up_again(database: Database) -> None:
    database.alembic("upgrade", "head")
    first = database.connected(index_names)
    database.alembic("downgrade", "base")
    left = database.connected(lambda connection: inspect(connection).get_table_names())
    assert left == ["alembic_version"]
    database.alembic("upgrade", "head")
    assert database.connected(index_names) == first


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression")
def test_the_models_are_what_the_revisions_make(migrated: Database) -> None:
    migrated.alembic("check")


def test_every_index_of_the_models_exists(migrated: Database) -> None:
    """``alembic check`` cannot see an index on an expression on SQLite; its name can be looked
    up all the same. It is missing if a batch revision rebuilt its table without making it again.
    """
    wanted = {
        index.name
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if index.info.get("only_on", migrated.dialect) == migrated.dialect
    }
    assert wanted <= migrated.connected(index_names)


def test_the_expected_start_is_filled_in(database: Database) -> None:
    before, after = {
        "sqlite": ("e26c7d58f90a", "70fd4b1e9c35"),
        "postgresql": ("5a93e8c4710f", "c4180fb7a62d"),
    }[database.dialect]
    database.alembic("upgrade", before)
    flow, waiting, started = (uuid.uuid4().hex for _ in range(3))

    def add_runs(connection: Connection) -> None:
        connection.execute(
            text(
                f"INSERT INTO flow (id, name, tags, created_at, updated_at) VALUES"
                f" ('{flow}', 'f', '[]', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
            )
        )
        for run, start in ((waiting, "NULL"), (started, "'2026-01-03 00:00:00'")):
            connection.execute(
                text(
                    f"INSERT INTO flow_run"
                    f" (id, flow_id, name, state, parameters, created_at, started_at) VALUES"
                    f" ('{run}', '{flow}', 'r', 'PENDING', '{{}}', '2026-01-02 00:00:00', {start})"
                )
            )

    def differing(connection: Connection) -> int:
        return connection.scalar(
            text(
                "SELECT count(*) FROM flow_run"
                " WHERE expected_start_at <> COALESCE(started_at, created_at)"
            )
        )

    database.connected(add_runs)
    database.alembic("upgrade", after)
    assert database.connected(differing) == 0
    # A rebuild on SQLite must not have cascaded the rows away.
    counted = text("SELECT count(*) FROM flow_run")
    assert database.connected(lambda connection: connection.scalar(counted)) == 2
    database.alembic("downgrade", before)
    assert database.connected(lambda connection: connection.scalar(counted)) == 2


def test_the_other_dialects_section_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWLINE_DATABASE_URL", "sqlite+aiosqlite://")
    with pytest.raises(CommandError, match="alembic -n sqlite"):
        command.current(Config(project / "alembic.ini", ini_section="postgresql"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_revision_is_in_the_notes_in_its_order(project: Path, dialect: str) -> None:
    config = Config(project / "alembic.ini", ini_section=dialect)
    script = ScriptDirectory.from_config(config)
    chain = [revision.revision for revision in script.walk_revisions()]
    notes = (project / "MIGRATION-NOTES.md").read_text()
    assert re.findall(rf"^{DIALECTS[dialect]}: `(\w+)`$", notes, re.MULTILINE) == chain
