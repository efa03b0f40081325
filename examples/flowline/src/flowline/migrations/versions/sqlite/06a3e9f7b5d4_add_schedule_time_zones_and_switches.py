"""Add schedule time zones and switches

Revision ID: 06a3e9f7b5d4
Revises: d81f6a2c4b79
Create Date: 2026-09-30 10:46:59.398671

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "06a3e9f7b5d4"
down_revision: Union[str, Sequence[str], None] = "d81f6a2c4b79"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.batch_alter_table("schedule") as batch_op:
        batch_op.add_column(
            sa.Column("timezone", sa.String(length=60), server_default="UTC", nullable=False)
        )
        batch_op.add_column(
            sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("schedule") as batch_op:
        batch_op.drop_column("is_active")
        batch_op.drop_column("timezone")
