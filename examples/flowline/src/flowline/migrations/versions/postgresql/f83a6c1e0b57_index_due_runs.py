"""Index due runs

Revision ID: f83a6c1e0b57
Revises: 91d2e5703cfb
Create Date: 2026-05-27 11:39:18.634082

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "f83a6c1e0b57"
down_revision: Union[str, Sequence[str], None] = "91d2e5703cfb"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    # The table is large and busy by now, so the index is built without blocking its writers.
    # IF NOT EXISTS would keep the invalid index an interrupted build leaves behind; drop it first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_flow_run__due", table_name="flow_run", postgresql_concurrently=True, if_exists=True
        )
        op.create_index(
            "ix_flow_run__due",
            "flow_run",
            ["expected_start_at"],
            postgresql_where=sa.text("state = 'SCHEDULED'"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_flow_run__due", table_name="flow_run", postgresql_concurrently=True, if_exists=True
        )
