"""Add expected start

Revision ID: 70fd4b1e9c35
Revises: e26c7d58f90a
Create Date: 2026-02-25 09:02:36.215794

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "70fd4b1e9c35"
down_revision: Union[str, Sequence[str], None] = "e26c7d58f90a"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.add_column(
            sa.Column("expected_start_at", sa.DateTime(timezone=True), nullable=True)
        )

    # Before this column existed a run was due from the moment it was made.
    op.execute("UPDATE flow_run SET expected_start_at = COALESCE(started_at, created_at)")

    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.alter_column(
            "expected_start_at", existing_type=sa.DateTime(timezone=True), nullable=False
        )


def downgrade() -> None:
    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.drop_column("expected_start_at")
