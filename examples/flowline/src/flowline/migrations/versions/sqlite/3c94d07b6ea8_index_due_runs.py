"""Index due runs

Revision ID: 3c94d07b6ea8
Revises: ba5e82031fd6
Create Date: 2026-05-27 11:39:18.634082

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "3c94d07b6ea8"
down_revision: Union[str, Sequence[str], None] = "ba5e82031fd6"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.create_index(
            "ix_flow_run__due", ["expected_start_at"], sqlite_where=sa.text("state = 'SCHEDULED'")
        )


def downgrade() -> None:
    with op.batch_alter_table("flow_run") as batch_op:
        batch_op.drop_index("ix_flow_run__due")
