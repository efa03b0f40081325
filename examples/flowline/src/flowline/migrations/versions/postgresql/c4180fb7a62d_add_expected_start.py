"""Add expected start

Revision ID: c4180fb7a62d
Revises: 5a93e8c4710f
Create Date: 2026-02-25 09:02:36.215794

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "c4180fb7a62d"
down_revision: Union[str, Sequence[str], None] = "5a93e8c4710f"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column(
        "flow_run", sa.Column("expected_start_at", sa.DateTime(timezone=True), nullable=True)
    )

    # Before this column existed a run was due from the moment it was made.
    op.execute("UPDATE flow_run SET expected_start_at = COALESCE(started_at, created_at)")

    op.alter_column("flow_run", "expected_start_at", nullable=False)


def downgrade() -> None:
    op.drop_column("flow_run", "expected_start_at")
