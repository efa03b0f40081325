"""What no tool can get below that asks Alembic: the models are imported once and compared once with a database."""

import sys

from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from flowline.database.models import Base
from sqlalchemy import create_engine


def include_object(item, name, kind, reflected, compare_to):
    return item.info.get("only_on", "sqlite") == "sqlite"


with create_engine("sqlite:///" + sys.argv[1]).connect() as connection:
    options = {"compare_type": True, "include_object": include_object, "target_metadata": Base.metadata}
    context = MigrationContext.configure(connection, opts=options)
    found = produce_migrations(context, Base.metadata).upgrade_ops
if [type(operation).__name__ for operation in found.ops[0].ops] != ["AddColumnOp"]:
    raise SystemExit("error: not the one column that the models have more: " + repr(found.as_diffs()))
