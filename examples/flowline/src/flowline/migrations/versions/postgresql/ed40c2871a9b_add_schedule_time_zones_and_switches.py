"""Add schedule time zones and switches

Revision ID: ed40c2871a9b
Revises: 7bd5f13a96e0
Create Date: 2026-09-30 10:46:59.398671

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "ed40c2871a9b"
down_revision: Union[str, Sequence[str], None] = "7bd5f13a96e0"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column(
        "schedule",
        sa.Column("timezone", sa.String(length=60), server_default="UTC", nullable=False),
    )
    op.add_column(
        "schedule", sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("schedule", "is_active")
    op.drop_column("schedule", "timezone")
