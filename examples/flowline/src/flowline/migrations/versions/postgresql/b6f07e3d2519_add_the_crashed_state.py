"""Add the crashed state

SQLite keeps the state as text that is wide enough already, so only Postgres has something to
change.

Revision ID: b6f07e3d2519
Revises: 38c1d96e40ab
Create Date: 2025-12-03 10:22:14.861250

"""

from typing import Sequence, Union

from alembic import op
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = "b6f07e3d2519"
down_revision: Union[str, Sequence[str], None] = "38c1d96e40ab"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

OLD_STATE_TYPE = postgresql.ENUM(
    "SCHEDULED",
    "PENDING",
    "RUNNING",
    "COMPLETED",
    "FAILED",
    "CANCELLED",
    name="state_type",
    create_type=False,
)
COLUMNS = (("flow_run", "state"), ("flow_run_state", "state"), ("task_run", "state"))


def upgrade() -> None:
    # A value added inside a transaction cannot be used before the commit.
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE state_type ADD VALUE IF NOT EXISTS 'CRASHED'")


def downgrade() -> None:
    # Postgres cannot take a value out of a type, so the columns move to a new type without it.
    op.execute("ALTER TYPE state_type RENAME TO state_type_with_crashed")
    OLD_STATE_TYPE.create(op.get_bind())
    for table, column in COLUMNS:
        op.execute(f"UPDATE {table} SET {column} = 'FAILED' WHERE {column} = 'CRASHED'")
        op.execute(
            f"ALTER TABLE {table} ALTER COLUMN {column} "
            f"TYPE state_type USING {column}::text::state_type"
        )
    op.execute("DROP TYPE state_type_with_crashed")
